import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { filmedUntil } from '../../simulations/camera/filmed-until.ts'
import { workplace } from '../cli/mingjian.ts'

const place = workplace()
afterAll(place.clear)
function filmed(dir: string, camera: string, at: string, end = '.mp4') {
  const folder = join(dir, 'footage', camera, at.slice(0, 4), at.slice(5, 7), at.slice(8, 10), at.slice(11, 13))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${Date.parse(at)}-7${end}`), '')
}
it('a county that was killed goes on behind the last picture of any camera, whole or not; without pictures it knows of none', () => {
  const dir = place.dir()
  expect(filmedUntil(dir)).toBeUndefined()
  filmed(dir, 'mingjing-w03', '2026-11-20T07:59:58.000Z')
  filmed(dir, 'mingjing-w03', '2026-09-30T23:59:58.000Z')
  filmed(dir, 'mingjing-w05', '2026-11-20T08:00:08.250Z', '.mp4.part')
  // An hour that was emptied, and what is no segment.
  mkdirSync(join(dir, 'footage', 'mingjing-w03', '2026', '11', '20', '23'), { recursive: true })
  writeFileSync(join(dir, 'footage', 'store.json'), '{}')
  const until = filmedUntil(dir)!
  expect(until > '2026-11-20T08:00:18.250Z').toBe(true)
  expect(until < '2026-11-20T08:00:40.000Z').toBe(true)
})

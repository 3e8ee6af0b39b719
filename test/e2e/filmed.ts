import type { Page } from 'playwright-core'
import { vi } from 'vitest'
import { being } from '../cli/mingjian.ts'
import { readClock } from '../oracles/camera-clock.ts'
import { send } from '../signed-in.ts'
import type { County } from './county.ts'

/** The window that these tests stand at: its camera, and whoever sits there. */
export const counter = { camera: 'mingjing-w09', overview: 'mingjing-overview', clerk: 'tan-yu', hall: 'mingjing' }
export type Halls = { halls: { id: string; cameras: { camera: string; kind: string; state: string; window?: string }[] }[] }
export type Filmed = { facts: { factId: string; type: string; atMs: number; cameras: { camera: string; covered: boolean }[] }[] }

type Row = { width: number; height: number; row: number; pixels: number[] }
/** The instant that is burnt into what a <video> or <canvas> shows; out of its pixels, and of nothing else. */
export async function clockOf(where: Page, picture: string): Promise<number | undefined> {
  const seen = await where.evaluate((selector): Row | undefined => {
    const shown = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector)
    if (!shown || ('readyState' in shown && shown.readyState < 2)) return undefined
    const canvas = document.createElement('canvas'), { width, height } = 'videoWidth' in shown ? { width: shown.videoWidth, height: shown.videoHeight } : shown
    if (width === 0) return undefined
    canvas.width = width
    canvas.height = height
    const paper = canvas.getContext('2d')!
    paper.drawImage(shown, 0, 0)
    const row = Math.min(height - 1, Math.floor(height * 106 / 108))
    return { width, height, row, pixels: [...paper.getImageData(0, row, width, 1).data] }
  }, picture)
  if (!seen) return undefined
  const pixels = new Uint8ClampedArray(seen.width * seen.height * 4)
  pixels.set(seen.pixels, seen.row * seen.width * 4)
  return readClock(pixels, seen.width, seen.height)
}

/** 收件 over the counter, as the clerk who sits there says it: a fact before a camera. */
export async function takenIn(county: County, id: string): Promise<string> {
  const cookie = await being(county.url, counter.clerk)
  const { rows } = await (await fetch(`${county.url}/api/collections/items?limit=200`, { headers: { cookie } })).json() as { rows: { code: string; officers: string[] }[] }
  const { code } = rows.find(({ officers }) => officers.includes(counter.clerk))!
  const answer = await send(county.url, `/api/cases/${id}/submit-application`, { itemCode: code, hall: counter.hall, channel: 'window', applicantId: `z-${id}`, applicantName: '何一' }, cookie)
  if (!answer.ok) throw new Error(`${id}: ${answer.status} ${await answer.text()}`)
  return id
}
/** Until what was filmed of a case, and two seconds more, is sealed and told; whoever looks at a camera hurries its recorder. */
export async function coveredOn(county: County, id: string, camera: string): Promise<Filmed['facts'][number]> {
  return vi.waitFor(async () => {
    const { facts } = await county.read<Filmed>(`/api/cases/${id}/footage`), fact = facts[0]
    if (!fact) throw new Error(`${id} was not filmed`)
    const { view } = await (await send(county.url, '/api/video/views', { camera, fromMs: fact.atMs, toMs: fact.atMs + 2_000, reason: '核对录像' }, county.cookie)).json() as { view: string }
    const { spans } = await county.read<{ spans: { toMs: number }[] }>(`/api/video/cameras/${camera}/footage?view=${view}`)
    if (!spans.some(({ toMs }) => toMs >= fact.atMs + 2_000)) throw new Error(`${id} is not sealed yet`)
    return fact
  }, { timeout: 40_000, interval: 1_500 })
}

import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openFootage } from '../../api/footage/child.ts'
import type { FootageEvent, Segment } from '../../domain/evidence/footage.ts'
import { makeStore } from '../../video/store.ts'
import { folder } from './studio.ts'

const main = new URL('../../dist/video/main.js', import.meta.url).pathname
export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/** The process of cameras, as the server starts it, over a store of its own; what it told, as a book would have it: each fact once, in the order in which it came. */
export async function wholeProcess(cameras: readonly string[], { segmentSeconds = 2, dir = folder(), store = join(dir, 'store') } = {}) {
  const keys = new Map(cameras.map((camera) => [camera, randomBytes(16).toString('hex')])), told = new Map<string, FootageEvent[]>(cameras.map((camera) => [camera, []])), errors: string[] = [], strangers: FootageEvent[] = []
  mkdirSync(store, { recursive: true })
  await makeStore(store, 'whole')
  const segments = (camera: string): Segment[] => told.get(camera)!.flatMap((fact) => fact.type === 'SegmentsSealed' ? fact.data.segments : []).sort((a, b) => a.seq - b.seq)
  const footage = openFootage({
    main, onError: (error) => { errors.push(String(error)) }, onDiscrepancy: (found) => { errors.push(JSON.stringify(found)) },
    configuration: async () => ({ store, storeId: 'whole', rtmpPort: 0, socket: join(dir, 's'), lastSeq: {},
      cameras: [...keys].map(([camera, key]) => ({ camera, source: { kind: 'rtmp', keyHash: sha256(key) }, segmentSeconds, record: true })) }),
    async onReport({ camera, facts }) { (told.get(camera) ?? strangers).push(...facts) },
  })
  const { rtmpPort } = await footage.opened(), pid = footage.pid()!
  return {
    footage, dir, store, rtmpPort, pid, told, errors, strangers, segments, keyOf: (camera: string) => keys.get(camera)!,
    of: <T extends FootageEvent['type']>(camera: string, type: T) => told.get(camera)!.flatMap((event) => event.type === type ? [event.data as (FootageEvent & { type: T })['data']] : []),
    /** Names below the store, whole and in the making. */
    files: () => readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((file) => /\.mp4/.test(file)).sort(),
    /** Every fact with its file and the right hash, every file with its fact, and nothing in the making. */
    disagreements(): string[] {
      const all = cameras.flatMap(segments), wrong = all.flatMap(({ file, bytes, sha256: said }) => {
        try { const found = readFileSync(join(store, file)); return found.length === bytes && sha256(found) === said ? [] : [`${file} is another`] } catch { return [`${file} is gone`] }
      })
      const known = new Set(all.map(({ file }) => file))
      return [...wrong, ...this.files().filter((file) => !known.has(file)).map((file) => `${file} has no fact`)]
    },
  }
}

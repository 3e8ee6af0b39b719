import { basename, join } from 'node:path'
import { hourOf } from './hours.ts'

/** 录像段文件名 — `<camera>/yyyy/mm/dd/HH/<startUtcMs>-<seq>.mp4` below the store; `.part` until it is sealed. */
export function segmentFile(camera: string, startMs: number, seq: number): string {
  const hour = hourOf(startMs)
  return join(camera, hour.slice(0, 4), hour.slice(4, 6), hour.slice(6, 8), hour.slice(8, 10), `${startMs}-${seq}.mp4`)
}
export const partOf = (file: string): string => `${file}.part`

/** What a name says; nothing where it is none of the house's. */
export function namedSegment(name: string): { startMs: number; seq: number; part: boolean } | undefined {
  const found = /^(\d{1,16})-(\d{1,15})\.mp4(\.part)?$/.exec(basename(name))
  return found ? { startMs: Number(found[1]), seq: Number(found[2]), part: found[3] !== undefined } : undefined
}
/** Whether a file that somebody names is a segment of that camera and stands where it belongs: nothing else is ever removed. */
export function isSegmentOf(camera: string, seq: number, file: string): boolean {
  const named = namedSegment(file)
  return named !== undefined && !named.part && named.seq === seq && file === segmentFile(camera, named.startMs, seq)
}

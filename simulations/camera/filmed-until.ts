import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { instantOf } from '../../domain/kernel/zones.ts'
import type { Instant } from '../../domain/kernel/values.ts'

/** A segment of ten seconds is cut at the next key frame: longer than this none lasts. */
const longestMs = 15_000
const namesIn = (dir: string): string[] => { try { return readdirSync(dir) } catch { return [] } }
/** The last by name, folder by folder: years, months, days, hours, and in the last of them the segments, whole or not. */
function newestMs(dir: string, depth = 4): number {
  const names = namesIn(dir)
  if (depth === 0) return Math.max(0, ...names.flatMap((name) => { const ms = /^(\d+)-\d+\.mp4(?:\.part)?$/.exec(name)?.[1]; return ms === undefined ? [] : [Number(ms)] }))
  for (const name of names.filter((one) => /^\d+$/.test(one)).sort().reverse()) {
    const found = newestMs(join(dir, name), depth - 1)
    if (found > 0) return found
  }
  return 0
}
/** 拍到何时 — by the county's clock, whatever the book was still to be told of it: a county that was killed goes on behind its own pictures. */
export function filmedUntil(dir: string): Instant | undefined {
  const last = Math.max(0, ...namesIn(join(dir, 'footage')).map((camera) => newestMs(join(dir, 'footage', camera))))
  return last === 0 ? undefined : instantOf(last + longestMs)
}

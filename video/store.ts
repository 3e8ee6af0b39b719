import { mkdir, open, readFile, rename, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from './disk.ts'

/** 库态 — what the disk that holds the footage can still take: `lost` where it is not the one that was agreed on. */
export type StorageState = { state: 'ok' | 'low' | 'full' | 'lost'; freeBytes: number; bytesPerHour: number; hoursLeft: number }

/** 录像库 — a folder that says which one it is. Nothing is written where it does not, or says another. */
export type FootageStore = {
  readonly dir: string
  /** Whether the right disk is there, takes writes and has room beyond its reserve; looks again when the last look is older than a second. */
  ready(): Promise<boolean>
  /** Whether the right disk is there, full or not: now, not a second ago. */
  present(): Promise<boolean>
  /** The same as the last look found it. */
  state(): StorageState
  /** Bytes that were written, by which the rate is known. */
  wrote(bytes: number): void
  /** Writing failed: until a probe goes through, the disk takes nothing. */
  failed(): void
}

const mark = 'store.json'
const lookEveryMs = 1000, rateOverMs = 10 * 60_000, lowHours = 48, leastReserveBytes = 64 * 2 ** 20

/** 立库 — marks a folder as the store of that id, once, by somebody who means it: an empty folder may be a disk that is not there. */
export async function makeStore(dir: string, id: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const file = await open(join(dir, `${mark}.new`), 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify({ storeId: id })}\n`)
    await file.datasync()
  } finally { await file.close() }
  await rename(join(dir, `${mark}.new`), join(dir, mark))
  await syncFolder(dir)
}

type Options = { dir: string; id: string; now: () => number; /** Kept free for what is not footage; an hour's worth where nothing else is said. */ reserveBytes?: number }

export function footageStore({ dir, id, now, reserveBytes }: Options): FootageStore {
  let known: StorageState = { state: 'lost', freeBytes: 0, bytesPerHour: 0, hoursLeft: 0 }, lookedMs = -Infinity, looking: Promise<void> | undefined
  let counted = { sinceMs: now(), bytes: 0 }, before: { bytes: number; ms: number } | undefined
  const bytesPerHour = () => {
    const bytes = counted.bytes + (before?.bytes ?? 0), ms = now() - counted.sinceMs + (before?.ms ?? 0)
    return ms < 1000 ? 0 : Math.round(bytes / ms * 3_600_000)
  }
  async function look(): Promise<void> {
    lookedMs = now()
    const rate = bytesPerHour(), reserve = reserveBytes ?? Math.max(leastReserveBytes, rate)
    if (!await isStore(dir, id)) { known = { state: 'lost', freeBytes: 0, bytesPerHour: rate, hoursLeft: 0 }; return }
    const { bavail, bsize } = await statfs(dir), freeBytes = bavail * bsize
    const hoursLeft = rate === 0 ? Infinity : Math.max(0, freeBytes - reserve) / rate
    // Once full, it is not full any more when there is something more than the reserve: recording does not flicker at the edge.
    const fine = known.state === 'ok' || known.state === 'low', full = freeBytes < reserve * (known.state === 'full' ? 1.1 : 1) || (!fine && !await takesWrites(dir))
    known = { state: full ? 'full' : hoursLeft < lowHours ? 'low' : 'ok', freeBytes, bytesPerHour: rate, hoursLeft: Math.min(hoursLeft, 1e6) }
  }
  return {
    dir,
    async ready() {
      if (now() - lookedMs >= lookEveryMs) looking ??= look().catch(() => { known = { ...known, state: 'lost' } }).finally(() => { looking = undefined })
      await looking
      return known.state === 'ok' || known.state === 'low'
    },
    present: () => isStore(dir, id),
    state: () => known,
    failed() {
      known = { ...known, state: known.state === 'lost' ? 'lost' : 'full' }
      lookedMs = -Infinity
    },
    wrote(bytes) {
      counted.bytes += bytes
      const ms = now() - counted.sinceMs
      if (ms > rateOverMs) [before, counted] = [{ bytes: counted.bytes, ms }, { sinceMs: now(), bytes: 0 }]
    },
  }
}

async function isStore(dir: string, id: string): Promise<boolean> {
  try {
    return (JSON.parse(await readFile(join(dir, mark), 'utf8')) as { storeId?: unknown } | null)?.storeId === id
  } catch { return false }
}
/** A byte there and back: a disk that is read-only, or full to the last block, is found before a picture is lost to it. */
async function takesWrites(dir: string): Promise<boolean> {
  const probe = join(dir, '.probe')
  try {
    const file = await open(probe, 'w', 0o600)
    try { await file.write('0') } finally { await file.close() }
    return true
  } catch { return false } finally { await unlink(probe).catch(() => undefined) }
}

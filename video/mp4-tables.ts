import { boxAt } from './boxes.ts'

/** 样位 — where one sample lies in its file, and its times in the track's ticks. */
export type Located = { at: number; size: number; dts: number; pts: number; key: boolean; entry: number }

const mostSamples = 20_000_000

/** 样表 — the samples of a track that is not fragmented, out of stbl (ISO/IEC 14496-12, 8.6 and 8.7); nothing where the tables contradict themselves.
    An edit list moves when a picture is shown, never which pictures there are: it is left aside. */
export function tabledSamples(moov: Buffer, stbl: { bodyAt: number; end: number }): Located[] | undefined {
  const table = (type: string) => {
    const found = boxAt(moov, [type], stbl.bodyAt, stbl.end)
    return found && moov.subarray(found.bodyAt, found.end)
  }
  const sizes = sizesOf(table('stsz')), offsets = offsetsOf(table('stco'), table('co64')), chunks = rowsOf(table('stsc'), 3), times = rowsOf(table('stts'), 2)
  const ctts = table('ctts'), shifts = ctts ? rowsOf(ctts, 2) : [], stss = table('stss'), keys = stss && rowsOf(stss, 1)
  if (!sizes || !offsets || !chunks || !times || !shifts || (stss && !keys)) return undefined
  const durations = spread(times, sizes.length), compositions = ctts ? spread(shifts, sizes.length) : undefined
  if (!durations || (ctts && !compositions)) return undefined
  const isKey = keys && new Set(keys.map(([number]) => number!)), samples: Located[] = []
  let dts = 0
  for (let chunk = 0, row = 0; chunk < offsets.length; chunk++) {
    while (chunks[row + 1] && chunks[row + 1]![0]! <= chunk + 1) row++
    const [, count = 0, entry = 1] = chunks[row] ?? []
    for (let i = 0, at = offsets[chunk]!; i < count && samples.length < sizes.length; i++) {
      const n = samples.length, size = sizes[n]!
      samples.push({ at, size, dts, pts: dts + ((compositions?.[n] ?? 0) | 0), key: isKey?.has(n + 1) ?? true, entry })
      at += size
      dts += durations[n]!
    }
  }
  return samples.length === sizes.length ? samples : undefined
}

/** Rows of so many numbers behind a version and a count; nothing where there are fewer than said. */
function rowsOf(table: Buffer | undefined, width: number): number[][] | undefined {
  if (!table || table.length < 8) return undefined
  const count = table.readUInt32BE(4)
  if (count > mostSamples || 8 + count * width * 4 > table.length) return undefined
  return Array.from({ length: count }, (_, row) => Array.from({ length: width }, (_, i) => table.readUInt32BE(8 + (row * width + i) * 4)))
}
function sizesOf(table: Buffer | undefined): number[] | undefined {
  if (!table || table.length < 12) return undefined
  const each = table.readUInt32BE(4), count = table.readUInt32BE(8)
  if (count > mostSamples || (each === 0 && 12 + count * 4 > table.length)) return undefined
  return Array.from({ length: count }, (_, i) => each || table.readUInt32BE(12 + i * 4))
}
function offsetsOf(stco: Buffer | undefined, co64: Buffer | undefined): number[] | undefined {
  if (stco) return rowsOf(stco, 1)?.map(([at]) => at!)
  return rowsOf(co64, 2)?.map(([high, low]) => high! * 2 ** 32 + low!)
}
/** [count, value] rows, one value per sample. */
function spread(rows: readonly number[][], total: number): number[] | undefined {
  const values: number[] = []
  for (const [count, value] of rows) {
    if (values.length + count! > total) return undefined
    for (let i = 0; i < count!; i++) values.push(value!)
  }
  return values.length === total ? values : undefined
}

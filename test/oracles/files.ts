import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** The public data that the house is measured with lies beside the repository; it is not shipped. */
const shared = new URL('../../../shared/data/', import.meta.url).pathname
export const dataFile = (path: string) => `${shared}${path}`
export const receiptCsv = dataFile('permits/receipt.csv')
export const receiptXes = dataFile('permits/receipt-original.xes.gz')
export const finesSmall = dataFile('enforcement/traffic_fines_10k.csv')
export const finesFull = dataFile('enforcement/traffic_fines_full.csv.gz')

/** Whether these files are here; where one is not, the reason is said aloud. */
export function present(...files: readonly string[]): boolean {
  const missing = files.filter((file) => !existsSync(file))
  if (missing.length > 0) console.warn(`SKIPPED: ${missing.join(', ')} absent; what it would prove is not proved in this run`)
  return missing.length === 0
}

export const textOf = (file: string): string => {
  const bytes = readFileSync(file)
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

/** A reader of RFC 4180 of ten lines, which shares nothing with the house's. */
export function csvOf(text: string): { header: string[]; lines: string[]; rows: Record<string, string>[] } {
  const [first = '', ...lines] = text.split('\n').filter((line) => line !== '')
  const header = cellsOf(first)
  return { header, lines, rows: lines.map((line) => {
    const cells = cellsOf(line)
    return Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']))
  }) }
}
const cellsOf = (line: string): string[] => line.includes('"')
  ? [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
  : line.split(',')

/** Mulberry32 — the same numbers from the same seed. */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const chance = chanceFrom(seed), mixed = [...items]
  for (let i = mixed.length - 1; i > 0; i--) {
    const other = Math.floor(chance() * (i + 1))
    ;[mixed[i], mixed[other]] = [mixed[other]!, mixed[i]!]
  }
  return mixed
}

import { csvOf, textOf } from './files.ts'
import { instantAt, isWorkingDay, wallOf, workingDayAfter, workingDaysBetween } from './office-days.ts'

export type ReceiptCase = { caseNo: string; startMs: number; dueMs: number; endMs: number | undefined; rows: Record<string, string>[] }

/** `2011-10-11 13:42:22.688000+02:00` to the millisecond. */
export const msOf = (written: string) => {
  const [, day, clock, fraction = '', offset] = /^(\S+) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d:\d\d)$/.exec(written)!
  return Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${offset}`)
}

/** The permit log, read another way than the house reads it. */
export function receiptOf(file: string): { rows: Record<string, string>[]; cases: ReceiptCase[]; lastMs: number } {
  const { rows } = csvOf(textOf(file))
  const byCase = new Map<string, ReceiptCase>()
  for (const row of rows) {
    const caseNo = row['case:concept:name']!
    let it = byCase.get(caseNo)
    if (!it) byCase.set(caseNo, it = { caseNo, startMs: msOf(row['case:startdate']!), dueMs: msOf(row['case:deadline']!),
      endMs: row['case:enddate'] ? msOf(row['case:enddate']) : undefined, rows: [] })
    it.rows.push(row)
  }
  return { rows, cases: [...byCase.values()], lastMs: Math.max(...rows.map((row) => msOf(row['time:timestamp']!))) }
}

/** The figures of `summary`, both days read on the wall of this zone. */
export function figuresOf({ rows, cases }: ReturnType<typeof receiptOf>, nowMs: number, zone: string) {
  const closed = cases.filter(({ endMs }) => endMs !== undefined), open = cases.filter(({ endMs }) => endMs === undefined)
  const late = closed.map(({ dueMs, endMs }) => workingDaysBetween(wallOf(dueMs, zone).day, wallOf(endMs!, zone).day))
  const over = (n: number) => late.filter((days) => days > n).length
  return {
    cases: cases.length, activities: new Set(rows.map((row) => row['concept:name'])).size, open: open.length, closed: closed.length,
    lateAsInstant: closed.filter(({ dueMs, endMs }) => endMs! > dueMs).length,
    lateWorkingDays: { gt0: over(0), gt1: over(1), gt5: over(5), gt10: over(10), gt20: over(20) },
    openPastDue: open.filter(({ dueMs }) => dueMs < nowMs).length,
  }
}

/** by their words alone: the office closes at 17:30 on the wall, a finding stands if the case had not ended before it. */
export function findingsOf({ cases }: ReturnType<typeof receiptOf>, nowMs: number, zone: string) {
  const close = (day: string) => instantAt(day, '17:30:00', zone)
  const found = { 'R-01': [] as string[], 'R-02': [] as string[], 'R-03': [] as string[] }
  for (const { caseNo, startMs, dueMs, endMs } of cases) {
    const stands = (at: number) => at <= nowMs && (endMs === undefined || at < endMs)
    const started = wallOf(startMs, zone).day, due = wallOf(dueMs, zone).day
    const limit = workingDaysBetween(started, due)
    if (limit > 1) {
      // The first close at which one working day is left or four fifths are used: walked day by day from the day of acceptance.
      let day = started, used = 0
      while (limit - used > 1 && used < limit * 0.8) { day = workingDayAfter(day, 1); used++ }
      if (stands(close(day))) found['R-01'].push(caseNo)
    }
    const yellow = workingDayAfter(due, 1)
    if (stands(close(yellow))) found['R-02'].push(caseNo)
    if (stands(close(yellow)) && stands(close(workingDayAfter(yellow, 3)))) found['R-03'].push(caseNo)
  }
  return found
}
export { isWorkingDay }

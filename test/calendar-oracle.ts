import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

// A second opinion, kept naive on purpose: one Date and one loop per question, rest days out of other people's data.

const published = new URL('../../shared/data/calendar/', import.meta.url)
const inPackage = new URL('chinese-days.json', pathToFileURL(createRequire(import.meta.url).resolve('chinese-days')))
export const publishedDataIsThere = existsSync(published)
if (!publishedDataIsThere) console.warn('SKIPPED: ../shared/data/calendar is absent; our table is compared with the chinese-days package alone')

/** Days whose nature a source states: true where they are worked. */
export type Exceptions = ReadonlyMap<string, boolean>
const json = (at: URL) => JSON.parse(readFileSync(at, 'utf8'))

/** All years merged: a year's notice also speaks of the end of the year before. */
export function holidayCn(): Exceptions {
  const found = new Map<string, boolean>()
  for (let year = 2007; year <= 2026; year++) {
    for (const { date, isOffDay } of json(new URL(`holiday-cn/${year}.json`, published)).days) found.set(date, !isOffDay)
  }
  return found
}
export function chineseDays(from: 'file' | 'package'): Exceptions {
  const { holidays, workdays } = json(from === 'file' ? new URL('chinese-days-1.5.7.json', published) : inPackage)
  return new Map([...Object.keys(holidays).map((day) => [day, false] as const), ...Object.keys(workdays).map((day) => [day, true] as const)])
}

export const nextDay = (day: string) => {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + 1)
  return date.toISOString().slice(0, 10)
}
export function daysFrom(first: string, last: string) {
  const days: string[] = []
  for (let day = first; day <= last; day = nextDay(day)) days.push(day)
  return days
}

type Pause = { from: string; to?: string | undefined }
export function oracleOf(exceptions: Exceptions) {
  const works = (day: string) => exceptions.get(day) ?? !['Sat', 'Sun'].includes(new Date(`${day}T12:00:00Z`).toUTCString().slice(0, 3))
  const stands = (pauses: readonly Pause[], day: string) => pauses.some(({ from, to }) => from < day && (to === undefined || day <= to))
  return {
    works,
    between: (after: string, upTo: string) => daysFrom(after, upTo).filter((day) => day !== after && works(day)).length,
    after(day: string, count: number) {
      let found = day
      for (let left = count; left > 0;) if (works(found = nextDay(found))) left--
      return found
    },
    /** Day by day: a day that counts and on which nothing stands still uses up one day of the limit. */
    due(startedOn: string, limit: number, pauses: readonly Pause[], counts: (day: string) => boolean = works) {
      let day = startedOn
      for (let left = limit; left > 0;) {
        day = nextDay(day)
        if (!counts(day)) continue
        if (pauses.some(({ from, to }) => to === undefined && from < day)) return undefined
        if (!stands(pauses, day)) left--
      }
      return day
    },
    used: (startedOn: string, on: string, pauses: readonly Pause[]) =>
      daysFrom(startedOn, on).filter((day) => day !== startedOn && works(day) && !stands(pauses, day)).length,
  }
}

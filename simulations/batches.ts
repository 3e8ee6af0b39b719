import type { Day } from '../domain/kernel/values.ts'
import { catalogue, type Matter } from './catalogue.ts'
import { chanceOf } from './chance.ts'
import { people, type Person } from './people.ts'

/** 批 — cases of one item that come in on one morning, are worked on by one person and closed by him at a stroke. `last-day`: when they fall due;
    `same-words`: with one and the same opinion; `four`: nearly due, and one too few to be found. */
export type Batch = { name: string; place: number; matter: Matter; handler: Person; kind: 'last-day' | 'same-words' | 'four' }
/** Numbers of a batch begin here, beyond those of any day. */
const firstPlace = 901
const sizes = { 'last-day': 6, 'same-words': 5, four: 4 } as const
const doers = [['MJ-RS-0502', 'gu-sheng', 'last-day'], ['MJ-RS-0502', 'gu-sheng', 'same-words'], ['MJ-WJ-0122', 'zhu-qing', 'four']] as const

/** 日序 and place of a number: the day of the year, and the place in its day. */
export const placeOf = (caseNo: string) => ({ year: caseNo.slice(3, 7), dayOfYear: caseNo.slice(8, 11), place: Number(caseNo.slice(11)) })

function batchOn(seed: number, year: string, dayOfYear: string): Omit<Batch, 'place'> | undefined {
  const chance = chanceOf(seed, `batch ${year}-${dayOfYear}`)
  if (!chance.happens('comes', 0.1)) return undefined
  const [code, person, kind] = chance.one('of whom', doers)
  return { name: `${year}-${dayOfYear}`, kind, matter: catalogue.find((matter) => matter.code === code)!, handler: people.find((it) => it.person === person)! }
}
/** The batch that a number belongs to. */
export function batchOf(seed: number, caseNo: string): Batch | undefined {
  const { year, dayOfYear, place } = placeOf(caseNo)
  if (place < firstPlace) return undefined
  const batch = batchOn(seed, year, dayOfYear)
  return batch && { ...batch, place: place - firstPlace }
}
/** Places of the batch that comes in on a working day, where one does. */
export function batchPlaces(seed: number, day: Day, dayOfYear: number): number[] {
  const batch = batchOn(seed, day.slice(0, 4), String(dayOfYear).padStart(3, '0'))
  return Array.from({ length: batch ? sizes[batch.kind] : 0 }, (_, i) => firstPlace + i)
}

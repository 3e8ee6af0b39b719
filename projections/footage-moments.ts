import { z } from 'zod'
import { caseEvents, type CaseEvent } from '../domain/cases/events.ts'
import type { Meta, Recorded } from '../domain/kernel/events.ts'
import type { Projection } from './kernel.ts'

const moment = z.strictObject({ id: z.string(), type: z.string(), case: z.string(), atMs: z.int(), by: z.string(), position: z.int() })
export const MomentsRow = z.strictObject({ seat: z.string(), hour: z.string(), moments: z.array(moment) })
export type Moment = z.infer<typeof moment>
export type MomentsRow = z.infer<typeof MomentsRow>

const hourMs = 3_600_000
export const hourText = (ms: number) => new Date(Math.floor(ms / hourMs) * hourMs).toISOString().slice(0, 13).replace(/\D/g, '')
/** Who does a thing before nobody's eyes: machines, and whoever applies from home. */
const elsewhere = ['policy', 'importer', 'exchange-peer', 'camera', 'applicant']
/** 何处 — the machine that a fact was said at where it is named; else whoever said it, who is looked for at the window that was theirs then. What a foreign
    source tells happened before no camera of ours. */
export const seatOf = ({ actor: { person, role, terminal }, source }: Pick<Meta, 'actor' | 'source'>): string | undefined =>
  source || elsewhere.includes(role) ? undefined : terminal !== undefined ? `at ${terminal}` : `by ${person}`
/** When it may have been seen: when it was said, and where it is keyed in later, also when it is said to have happened. */
export const instantsOf = ({ recordedAt, occurredAt, precision }: Pick<Meta, 'recordedAt' | 'occurredAt' | 'precision'>): number[] =>
  [...new Set([recordedAt, ...(occurredAt !== undefined && precision === undefined ? [occurredAt] : [])])].map((at) => Date.parse(at))
export const momentsOf = ({ type, meta }: Recorded<{ type: string }>): Moment[] =>
  instantsOf(meta).map((atMs) => ({ id: meta.id, type, case: meta.stream.slice('cases-'.length), atMs, by: meta.actor.person, position: meta.position }))

type CaseFact = Recorded<CaseEvent>
const types = Object.keys(caseEvents).filter((type) => type !== 'StepRefused') as CaseEvent['type'][]
const step = (row: MomentsRow | undefined, fact: CaseFact, key: string): MomentsRow => {
  const space = key.lastIndexOf(' '), hour = key.slice(space + 1), own = momentsOf(fact).filter(({ atMs }) => hourText(atMs) === hour)
  const known = row?.moments ?? [], last = known.at(-1)
  // Most come in order, and of a machine that says very much each then costs no look at all the others.
  if (row && last && own.every(({ atMs, position }) => atMs >= last.atMs && position > last.position)) return { ...row, moments: known.concat(own) }
  const moments = known.filter(({ id, atMs }) => !own.some((one) => one.id === id && one.atMs === atMs))
  return { seat: key.slice(0, space), hour, moments: [...moments, ...own].sort((a, b) => a.atMs - b.atMs || a.position - b.position) }
}

/** 窗口时刻 — which facts of cases happened at a seat within an hour: what footage is found by, and why it stays. */
export const footageMoments: Projection<MomentsRow, CaseEvent> = {
  name: 'footage-moments',
  version: 1,
  row: MomentsRow,
  order: 'arrival',
  key({ type, meta }) {
    const seat = (types as readonly string[]).includes(type) ? seatOf(meta) : undefined
    return seat === undefined ? [] : instantsOf(meta).map((atMs) => `${seat} ${hourText(atMs)}`)
  },
  indexes: ['seat', 'hour'],
  composites: [{ lead: 'seat', order: 'hour', covers: [] }],
  on: Object.fromEntries(types.map((type) => [type, step])),
}

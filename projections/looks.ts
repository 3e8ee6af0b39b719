import { z } from 'zod'
import type { Recorded } from '../domain/kernel/events.ts'
import { Day } from '../domain/kernel/values.ts'
import { Look, privacyEvents, type PrivacyEvent } from '../domain/privacy/events.ts'
import type { Projection } from './kernel.ts'

const { about, fields, ...look } = Look.shape
const { looker, role, department } = privacyEvents.RecordsViewed.schema.shape
export const LookRow = z.strictObject({
  ...look, fields: fields.optional(), looker, role, department, day: Day,
  /** Whose it was that was looked at; nobody's where no person is named. */
  applicant: about.element.optional(),
  /** Of the rows of one look, one. */
  first: z.boolean(),
})
export type LookRow = z.infer<typeof LookRow>
type Viewed = Recorded<Extract<PrivacyEvent, { type: 'RecordsViewed' }>>

/** `privacy-viewer.<person>.<yyyymmdd>[.n]` */
const dayOf = (stream: string) => stream.match(/\.(\d{4})(\d\d)(\d\d)(?:\.\d+)?$/)?.slice(1).join('-') as Day
const keysOf = ({ data, meta }: Viewed) => data.looks.flatMap(({ about }, i) => (about.length > 0 ? about : ['']).map((_, j) => `${meta.stream} ${meta.revision} ${i} ${j}`))

/** 查阅记录 — a row per look and person, so that everybody's own are together, whoever looked and whenever. */
export const looks: Projection<LookRow, PrivacyEvent> = {
  name: 'looks',
  version: 1,
  row: LookRow,
  order: 'arrival',
  key: (fact) => fact.type === 'RecordsViewed' ? keysOf(fact as Viewed) : [],
  indexes: ['applicant', 'case', 'looker', 'day', 'at', 'role', 'first'],
  composites: [{ lead: 'applicant', order: 'at', covers: [] }, { lead: 'case', order: 'at', covers: ['first', 'role'] }],
  on: {
    RecordsViewed(_, { data, meta }, key) {
      const [i = 0, j = 0] = key.split(' ').slice(-2).map(Number), { about, ...said } = data.looks[i]!, applicant = about[j]
      return { ...said, looker: data.looker, role: data.role, department: data.department, day: dayOf(meta.stream), first: j === 0, ...(applicant !== undefined && { applicant }) }
    },
  },
}

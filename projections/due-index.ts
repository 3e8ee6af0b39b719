import type { Day, Instant } from '../domain/kernel/values.ts'
import { lightAt, type Light } from '../domain/supervision/light.ts'
import type { Observed, PatternFinding } from '../domain/supervision/patterns.ts'
import type { LightCounts } from './views.ts'

/** A subject that is open, or of which a clock still runs: when its light changes, and when judging could next change anything. `aside`: it is in no list
    and no count, being a sub-case or over. */
export type DueEntry = {
  subject: string; department: string; itemCode: string; hall: string; held: boolean
  dueOn?: Day; dueAt?: Instant; provisional?: true; soonAt?: Instant; lateAt?: Instant; nextAt?: Instant; aside?: true
}
export type OpenLight = Exclude<Light, 'done'>
/** 所在 — each that is named has one of these values. */
export const placeFields = ['department', 'itemCode', 'hall'] as const
export type Among = { readonly [F in typeof placeFields[number]]?: readonly string[] }
export const isAmong = (one: Pick<DueEntry, typeof placeFields[number]>) => (among: Among) => placeFields.every((field) => among[field]?.includes(one[field]) ?? true)
/** `among`: one of these holds; where nothing is said of it, whatever there is. `after`: the `next` of the page before, or any subject with its due instant. */
export type DueQuery = { light?: OpenLight; among?: readonly Among[]; after?: string | Pick<DueEntry, 'subject' | 'dueAt'>; limit: number }
export type Lit = Required<Pick<DueQuery, 'light'>> & Pick<DueQuery, 'among'>
/** `lateAt`, where there is one, is `dueAt`. */
export type Standing = Pick<DueEntry, 'department' | 'itemCode' | 'hall' | 'held' | 'dueAt' | 'soonAt' | 'lateAt'>
/** 灯位 — where the standing of a subject is put on from now on, for as long as it is open: whoever keeps it need not look it up again. */
export type Lamp = { readonly subject: string; readonly standing: Standing | undefined }
/** 灯 of what is open. */
export const openLight = ({ held, soonAt, lateAt }: Standing, now: Instant) =>
  lightAt({ held, ended: false, ...(soonAt && { soonAt }), ...(lateAt && { lateAt }) }, now) as OpenLight
export type OpenCounts = Omit<LightCounts, 'done'>

/** 到期索引 — what is due is read, never what is open. It is kept by the judge's runner, and can be thrown away and derived again. */
export type DueIndex = {
  put(entries: readonly DueEntry[]): void
  remove(subjects: readonly string[]): void
  clear(): void
  get(subject: string): DueEntry | undefined
  /** Subjects whose next instant has come, the earliest first. */
  due(now: Instant, limit: number): readonly DueEntry[]
  /** The earliest instant at which anything becomes due. */
  nextAt(): Instant | undefined
  /** Open subjects in the order of their due instants, those without one last; `next` is where the following page begins. */
  list(query: DueQuery, now: Instant): { entries: readonly DueEntry[]; next?: string }
  /** What the light of an open subject follows from. */
  standing(subject: string): Standing | undefined
  lamp(subject: string): Lamp
  /** How many open subjects have this light; and which, where they are no more than `upTo`. */
  lit(asked: Lit, now: Instant): number
  litSubjects(asked: Lit, now: Instant, upTo: number): readonly string[] | undefined
  counts(now: Instant, among?: readonly Among[]): { total: OpenCounts; departments: readonly ({ department: string } & OpenCounts)[] }
  patterns: PatternStore
  close(): void
}

export type PatternGroup = { ruleId: string; group: string }
/** What a subject contributes to patterns over many; `imported`: told by a foreign source. */
export type Observing = { subject: string; imported: boolean; observations: readonly Observed[] }
/** 群案观察 by rule, group and subject, with what was concluded from them: a change of one subject asks for its groups alone to be judged again. */
export type PatternStore = {
  /** What subjects contribute from now on, in the place of what they did; groups that this changes are touched. */
  observe(observings: readonly Observing[]): void
  /** Groups that have changed since they were judged, or whose next instant has come. */
  touched(now: Instant, limit: number): readonly PatternGroup[]
  nextAt(): Instant | undefined
  /** `foreign`: of nothing but imported subjects. */
  of(group: PatternGroup): { observations: readonly Observed[]; foreign: boolean }
  /** Keeps what was found of a group, and when to look again; answers the subjects of which something else is found now than before. */
  conclude(group: PatternGroup, findings: readonly PatternFinding[], more: { foreign: boolean; nextAt?: Instant | undefined }): readonly string[]
  /** What has been concluded of a subject. */
  findingsOf(subject: string): readonly { finding: PatternFinding; foreign: boolean }[]
}

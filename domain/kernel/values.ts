import { z } from 'zod'

/** 时刻 — UTC text to the millisecond, so that what is stored is exactly what is compared. */
export const Instant = z.iso.datetime({ precision: 3 }).brand<'Instant'>()
export type Instant = z.infer<typeof Instant>

/** 日 — a calendar day where the hall stands (`yyyy-mm-dd`). Promises fall due on days, not at instants. */
export const Day = z.iso.date().brand<'Day'>()
export type Day = z.infer<typeof Day>

/** 金额 — integer cents (分); money is never a float. */
export const Fen = z.int().nonnegative()

/** 密封件 — what a personal field looks like in the book: whose it is stays legible, or nobody could ask to be forgotten. */
export const Sealed = z.strictObject({ subject: z.string(), matter: z.string(), sealed: z.string() })
export type Sealed = z.infer<typeof Sealed>

export type Personal<S extends z.ZodType> = z.ZodUnion<readonly [typeof Sealed, S]>
const marks = z.registry<{ subject: string }>()

/** 个人信息 — `subject` names the field beside it that says whose it is. Commands say it plainly, the book keeps it sealed. */
export const personal = <S extends z.ZodType>(plain: S, subject: string): Personal<S> => {
  const field = z.union([Sealed, plain])
  marks.add(field, { subject })
  return field
}
/** The sibling field that says whose this personal field is; undefined where the field is nobody's. */
export const subjectField = (field: z.core.$ZodType) => marks.get(field)?.subject
/** The plain schema behind a personal field; any other field as it is. */
export const plainOf = (field: z.core.$ZodType) => subjectField(field) ? (field as Personal<z.ZodType>).options[1] : field
export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && 'sealed' in value && 'subject' in value && 'matter' in value

/** 日历 — the working days as they were known when it was made (by `domain/calendar`; every decider is given one). */
export type Calendar = {
  /** How many calendar facts were known. */
  version: number
  /** IANA name of the zone in which its days and hours are read. */
  zone: string
  dayOf(at: Instant): Day
  /** 下班时刻 of a day, by the hall's hours of that season. */
  closeOf(day: Day): Instant
  /** 上班时刻 likewise. */
  opensOf(day: Day): Instant
  isWorkingDay(day: Day): boolean
  /** The count-th working day after `from`; `from` itself where count is 0. */
  addWorkingDays(from: Day, count: number): Day
  /** Working days d with after < d ≤ upTo; 0 where upTo is not later. */
  workingDaysBetween(after: Day, upTo: Day): number
  /** No notice is known for its year: what falls here may still move. */
  isProvisional(day: Day): boolean
  /** What the notices call this day (春节, 国庆节 …) where they name it. */
  nameOf(day: Day): string | undefined
}

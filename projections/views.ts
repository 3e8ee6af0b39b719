import type { LedgerEntry } from '../domain/calendar/deadline.ts'
import type { Day, Instant } from '../domain/kernel/values.ts'
import type { DelayShare } from '../domain/supervision/delay.ts'
import type { Light } from '../domain/supervision/light.ts'
import type { Severity } from '../domain/supervision/rules/rule.ts'
import type { TimelineClock } from '../domain/supervision/timeline.ts'

/** 事实 as one role may see it. `late`: recorded on a later day than it happened; both times are then shown. */
export type FactView = {
  position: number; revision: number; type: string; occurredAt: Instant; recordedAt: Instant; precision?: 'day'; late: boolean
  /** The official, by id and name; absent for those to whom it isn't said. */
  by?: string; byName?: string; group?: string; role: string; department: string; activity?: string
  source?: { name: string; batch: string; order: number }
  /** 更正 — what it should have said, by those who corrected it; the fact itself stays as it is. */
  corrections?: { at: Instant; reason: string; correct: string; byName?: string }[]
  /** What the fact says, without what this role may not see; sealed fields are masked text. */
  data: Record<string, unknown>
}
/** 时限 — a clock with the account that adds up to its due day. Days are working days. */
export type ClockView = {
  /** `promised`, `statutory`, `step:reviewing:2` …; what it is of stands in `kind`. */
  name: string; kind: ClockKind; clause: string; basis: string; startedOn: Day; limitWorkingDays: number
  /** The day was stated by the source, not computed. */
  stated: boolean; held: boolean; dueOn?: Day; dueAt?: Instant; provisional?: true
  remainingWorkingDays?: number; overdueWorkingDays?: number; elapsedWorkingDays: number
  /** Done, or without object. */
  stoppedAt?: Instant
  /** Who holds it up, where that is not the case's own department. */
  department?: string
  pauses: { clause: string; from: Day; to?: Day }[]
  ledger: readonly LedgerEntry[]
  /** The account in words, line by line; the last line is the due day. */
  lines: { zh: readonly string[]; en: readonly string[] }
}
export type ClockKind = TimelineClock['kind']
/** 违规情形 — which of a rule's breaches it is, where the rule knows several. */
export type Breach = { zh: string; en: string }
export type FindingView = {
  ruleId: string; ruleVersion: number; zh: string; en: string; severity: Severity; clause: string; clock: string; dueOn?: Day; becameTrueAt: Instant
  breach?: Breach
  department?: string
  /** Of which sub-case, where it is one's. */
  subCase?: number
  /** Positions of the facts that prove it. */
  evidence?: number[]
  /** It was true, and has been put right since. */
  correctedAt?: Instant
  /** 试运行 — found by a version that deals no cards yet. */
  shadow?: true
}
/** 对牌所说 — what was said of a card after it was dealt, each when it was recorded. */
export type CardRemark = {
  kind: 'notified' | 'appealed' | 'upheld' | 'dismissed' | 'stayed' | 'corrected' | 'correction-confirmed' | 'confirmed' | 'revoked' | 'superseded' | 'sanctioned'
  at: Instant; by: string; byName?: string; text?: string; until?: Day; documentNo?: string; points?: number; card?: string
  /** Whom it was told. */
  told?: { duty: string; person: string; name?: string }[]
}
export type CardView = {
  breach?: Breach
  cardId: string; ruleId: string; zh: string; en: string; severity: Severity; clause: string; clock: string; becameTrueAt: Instant; issuedAt: Instant; dueOn?: Day
  because?: string; lateNotice?: true; department?: string; subCase?: number; evidence?: number[]
  state: 'standing' | 'revoked' | 'superseded'
  remarks: CardRemark[]
  revoked?: { reason: string; at: Instant }
}
/** 子件 of a joint case. */
export type SubCaseView = {
  number: number; department: string; matter: string; openedOn: Day; light: Light; clock: ClockView
  opinion?: { result: 'agree' | 'disagree'; givenOn: Day; text?: string }
}
/** 上报 — the superior's own segment. */
export type SuperiorView = { superior: string; reportedOn: Day; workingDays: number; dueOn?: Day; decidedOn?: Day; result?: 'grant' | 'refuse'; documentNo?: string }
export type ExtensionView = { workingDays: number; extendedOn: Day; dueOnBefore?: Day; reason?: string; basis?: string; approver?: string }
export type SentBackView = { at: Instant; from: string; to: string; reason?: string; byName?: string }
/** 环节 on the path of the case. */
export type StepView = { step: string; state: 'done' | 'current' | 'todo'; at?: Instant; byName?: string }

/** 办件 as it stood at `at` (by what had happened), as far as was known at `known` (by what had been recorded), as `role` saw it. */
export type CaseView = {
  id: string; caseNo: string; source?: string; itemCode: string; itemName: string; caseType?: string; department: string
  hall: string; hallName: string; zone: string; channel: string; imported: boolean
  applicant?: { id: string; name: string }
  responsible?: string; attributes: Record<string, string>
  at: Instant; known: Instant; role: string; now: Instant
  /** From the first fact to the last, or to now while the case is open: the range of the slider. */
  span: { from: Instant; to: Instant }
  revision: number
  stage: string; light: Light; holder?: string; endedAt?: Instant; endedOn?: Day; resultCode?: string
  steps: StepView[]; clocks: ClockView[]; facts: FactView[]; findings: FindingView[]; cards: CardView[]
  subCases: SubCaseView[]; superior?: SuperiorView; extensions: ExtensionView[]; sentBack: SentBackView[]
  /** 迟延分摊 of a case that is late and was not one department's alone. */
  delays: DelayShare[]
  fees?: { owedFen: number; paidFen: number; verdict: 'exact' | 'under' | 'over' | 'unpaid' }
  /** Stretches without office hours inside the span, for the time line. */
  restDays: { from: Day; to: Day; name: string }[]
}

/** 期限账 of one clock or card: the days of its entries, added to the day on which it began, are the due day. */
export type LedgerView = {
  id: string; zone: string; clock: string; clause?: string; basis?: string; startedOn: Day; dueOn?: Day; provisional?: true; calendarVersion: number; days: number
  /** `facts`: positions of those that gave the entry; days of rest are given by the calendar of that version. */
  entries: (LedgerEntry & { facts: readonly number[]; zh: string; en: string })[]
  lines: { zh: readonly string[]; en: readonly string[] }
  card?: CardView
}

/** 列表行 — a case in a list, with its light and what is left of its promise. */
export type CaseListRow = {
  id: string; caseNo: string; source?: string; itemCode: string; itemName: string; department: string; hall: string; hallName: string; channel: string
  applicant?: string; stage: string; light: Light; dueOn?: Day; dueAt?: Instant; provisional?: true; precision?: 'day'
  remainingWorkingDays?: number; overdueWorkingDays?: number; openedAt: Instant; endedAt?: Instant; lastStep?: string; holder?: string; cards: Severity[]
}
export type CaseList = { rows: CaseListRow[]; next?: string; position: number; now: Instant }
export type LightCounts = { open: number; late: number; soon: number; ok: number; hold: number; done: number }
export type CaseCounts = LightCounts & { departments: ({ department: string } & LightCounts)[]; position: number; now: Instant }
/** 平台 as the frame of every screen needs it. `person` is who one is; only a demonstration lets one choose. */
export type HouseView = {
  name: string; purpose: 'official' | 'demonstration'; region: string; zone: string; now: Instant; clock: 'system' | 'simulated'
  today: Day; workingDay: boolean; dayName?: string; position: number; behind: number
  /** 时钟待确认 — nothing is dealt by time until a system administrator says which of the readings is right. */
  clockState?: 'trusted' | 'stepped'; clockReading?: { wallAt: Instant; believedAt: Instant }
  /** 见证 of the book by outsiders. */
  witness?: { state: 'not-witnessed' | 'witnessed' | 'overdue' | 'refusing'; since?: string; signer?: 'same-process' | 'other-process' }
  /** 曾经恢复 — when this book went on from a copy, and how many facts others have seen beyond it. */
  restored?: { at: Instant; missing?: number; reason?: string }[]
  person?: PersonView
}
export type PersonView = { person: string; name: string; department: string; post: string; roles: string[]; hall?: string; purpose?: { text: string; caseNo?: string; until: Instant }
  /** 须先说事由 before anything of others is shown. */
  purposeWanted?: true
  /** 看办件 is not everybody's: administrators have accounts, rights and records in hand. */
  seesCases?: true }

import type { CaseCommand } from '../domain/cases/events.ts'
import type { Case } from '../domain/cases/evolve.ts'
import type { ItemReference } from '../domain/cases/needs.ts'
import { nonAcceptanceReasons, noticeKinds, steps } from '../domain/kernel/vocabulary.ts'

type Said<T extends CaseCommand['type']> = Extract<CaseCommand, { type: T }>['data']
type Values<D> = { [F in keyof D]: readonly Exclude<D[F], undefined>[] }
/** 试探 — for each field the words that are tried, the first of each together at first. */
type Probes = { [T in Exclude<CaseCommand['type'], 'SubmitApplication' | 'RecordHistory' | 'DeemAccepted' | 'DeemRenewed'>]: (on: Probing) => Partial<Values<Said<T>>> }
/** `leaders`: who might approve, those of the item's own department first. `now`: the same moment gives the same words. */
export type Probing = { state: Case; item: ItemReference | undefined; leaders: readonly string[] }

const days = Array.from({ length: 20 }, (_, i) => i + 1)
const word = ['—'], none = <T>(of: readonly T[], otherwise: T): readonly T[] => of.length > 0 ? of : [otherwise]
/** A number that nothing has been said under. */
const number = ({ state }: Probing) => [`试-${state.facts + 1}`]
const materials = ({ item }: Probing) => none((item?.materials ?? []).map(({ name }) => name), '—')
const standards = ({ item }: Probing) => none((item?.fees ?? []).map(({ standardId }) => standardId), '—')
const file = { blob: `sha256:${'0'.repeat(64)}`, mediaType: 'image/png', bytes: 1 }

/** 每个命令说得通的一句话 — what is said of a case to learn whether it could be; the deciders judge it like anything else. */
export const probes: Probes = {
  RegisterReceipt: (on) => ({ list: [materials(on).map((name) => ({ name, pages: 1 }))] }),
  CorrectOnSpot: (on) => ({ number: number(on), material: [materials(on)[0]!], what: word }),
  PreReview: () => ({ result: ['pass', 'back'], opinion: word }),
  RequestSupplement: (on) => ({ asked: [[{ material: materials(on)[0]!, reason: '—', basis: '—' }]] }),
  SubmitSupplement: ({ state }) => ({ materials: [[...none(state.asked ?? [], '—')]] }),
  AcceptCase: () => ({}),
  RefuseAcceptance: () => ({ reasonCode: nonAcceptanceReasons, reason: word, basis: word, remedies: word, rightOrgan: word }),
  ReturnCase: () => ({ reason: word }),
  AttachDocument: (on) => ({ number: number(on), name: word, blob: [file.blob], mediaType: [file.mediaType], bytes: [file.bytes] }),
  StartSpecialProcedure: ({ item, leaders }) => ({ kind: none(item?.specialProcedures ?? [], 'inspection'), approver: none(leaders, '—'), plannedWorkingDays: [1] }),
  EndSpecialProcedure: () => ({ result: word }),
  ExtendLimit: ({ leaders }) => ({ approver: none(leaders, '—'), workingDays: days, reason: word }),
  NotifyThirdParty: (on) => ({ number: number(on), interest: word, parties: [1] }),
  OpenSubCase: ({ item }) => ({ department: none((item?.coHandlers ?? []).map(({ department }) => department), '—') }),
  GiveSubOpinion: ({ state }) => ({ subCase: none(state.subCases.map(({ subCase }) => subCase), 1), result: ['agree', 'disagree'], opinion: word }),
  ReportUp: () => ({ opinion: word }),
  RecordSuperiorDecision: () => ({ result: ['grant', 'refuse'], documentNo: word, reason: word }),
  CompleteHandling: () => ({ opinion: word }),
  ReviewCase: () => ({ result: ['pass', 'back'], opinion: word }),
  ApproveCase: () => ({ result: ['pass', 'refuse', 'back'], opinion: word }),
  SendBack: () => ({ to: steps, reason: word }),
  CompleteStep: (on) => ({ number: number(on), step: ['现场核查'] }),
  UrgeCase: (on) => ({ number: number(on) }),
  SendNotice: (on) => ({ number: number(on), kind: noticeKinds, channel: ['window', 'post', 'online', 'sms'] }),
  AssessFee: (on) => ({ number: number(on), standardId: standards(on) }),
  ChargeFee: (on) => ({ number: number(on), standardId: standards(on), amountFen: [on.item?.fees[0]?.amountFen ?? 0], receiptNo: word }),
  RefundFee: (on) => ({ number: number(on), amountFen: [Math.max(1, on.state.chargedFen - on.state.refundedFen)], reason: word }),
  DecideCase: () => ({ result: ['grant', 'refuse'], reason: word, basis: word, remedies: word }),
  ConcludeCase: () => ({}),
  TerminateCase: () => ({ reason: word, basis: word }),
  WithdrawApplication: () => ({ reason: word }),
  DeliverResult: () => ({ method: ['window', 'post', 'online'] }),
  PublishDecision: () => ({ where: word }),
  ArchiveCase: () => ({ archiveNo: word }),
  CorrectRecord: (on) => ({ number: number(on), target: [Math.max(1, on.state.facts)], reason: word, correct: word }),
}
/** 附件 that the probe names is taken for kept: whether there is a file is for whoever hands it in. */
export const probedFile = file

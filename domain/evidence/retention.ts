import type { RetentionPolicy, Written } from './events.ts'

export const dayMs = 86_400_000
/** 法定最短 (公共安全视频图像信息系统管理条例 17): no deployment keeps less. */
export const legalDays = 30
/** 保存规则 where nobody has set another. Whoever disputes what happened at a window is seen coming and going over the hall: a case that is held keeps that too. */
export const usualPolicy: RetentionPolicy = { baseDays: legalDays, aroundSeconds: 120, stepDays: 90, supplementDays: 180, complaintDays: 365, cardDays: 30, holdsOverview: true }

/** 保存理由 — a stretch of a camera that something keeps. `untilMs`: when that lapses; nothing while nobody can say. */
export type Reason = { kind: 'step' | 'supplement' | 'card' | 'complaint' | 'hold' | 'export'; fromMs: number; toMs: number; untilMs?: number | undefined; of?: string | undefined }
type Stretch = { startMs: number; endMs: number }
/** Ends included: a fact on the edge of a segment keeps it. */
const touches = ({ startMs, endMs }: Stretch, { fromMs, toMs }: Reason) => fromMs <= endMs && toMs >= startMs
export const reasonsFor = (segment: Stretch, reasons: readonly Reason[]) => reasons.filter((reason) => touches(segment, reason))

/** 保存至 — the latest of all reasons, the base days among them; nothing where one has no end. */
export function keptUntil(segment: Stretch, reasons: readonly Reason[], baseDays: number): number | undefined {
  let untilMs = segment.endMs + baseDays * dayMs
  for (const reason of reasons) {
    if (!touches(segment, reason)) continue
    if (reason.untilMs === undefined) return undefined
    untilMs = Math.max(untilMs, reason.untilMs)
  }
  return untilMs
}
const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const inWords = ({ kind, of, untilMs }: Reason) => untilMs === undefined ? [] : [`${kind}${of === undefined ? '' : ` ${of}`} ${dayText(untilMs)}`.slice(0, 200)]
/** 已过的理由 in words that a fact keeps, each once. */
export const lapsedOf = (segment: Stretch, reasons: readonly Reason[], baseDays: number): string[] =>
  [...new Set([`base ${dayText(segment.endMs + baseDays * dayMs)}`, ...reasonsFor(segment, reasons).flatMap(inWords)])].slice(0, 100)

type Moment = { type: string; case: string; atMs: number }
/** 事实所留 — what a case's fact before a camera keeps of it. */
export function reasonOf({ type, case: of, atMs }: Moment, { aroundSeconds, stepDays, supplementDays }: RetentionPolicy): Reason {
  const kind = type === 'SupplementRequested' ? 'supplement' as const : 'step' as const, days = kind === 'supplement' ? supplementDays : stepDays
  return { kind, of, fromMs: atMs - aroundSeconds * 1000, toMs: atMs + aroundSeconds * 1000, untilMs: atMs + days * dayMs }
}
/** 牌之一生 as far as footage must know it: the latest word on it, and whether an appeal waits. */
export type CardLife = { cardId: string; latestMs: number; appealOpen: boolean }
/** 牌所留 — around every fact of its case, until its days are over after the last word; an appeal that waits has no end yet. */
export const cardReasons = (moments: readonly Moment[], cards: readonly CardLife[], { aroundSeconds, cardDays }: RetentionPolicy): Reason[] =>
  moments.flatMap(({ atMs }) => cards.map(({ cardId, latestMs, appealOpen }) => ({ kind: 'card' as const, of: cardId, fromMs: atMs - aroundSeconds * 1000, toMs: atMs + aroundSeconds * 1000,
    ...(!appealOpen && { untilMs: latestMs + cardDays * dayMs }) })))
/** 待办调取 keeps its stretch until it is handed out, and no longer than a month in which nobody did. */
export const exportDays = 30

/** 最长可保 — a hold reaches no further back or ahead than a day of one camera, or the facts of one case. */
export const longestHoldMs = 7 * dayMs, longestViewMs = dayMs
/** 保全 as it stands. */
export type Hold = Pick<Written<'HoldPlaced'>['data'], 'hold' | 'camera' | 'fromMs' | 'toMs' | 'case'>

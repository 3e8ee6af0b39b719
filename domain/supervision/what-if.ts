import type { Instant } from '../kernel/values.ts'
import type { Rulebook } from './judge.ts'
import { episodeOf, type Finding, type Severity } from './rules/rule.ts'
import type { Timeline, TimelineClock } from './timeline.ts'

/** 假设参数 — of a rule, for every subject whenever it was opened: what if the rule had always been so. */
export type OtherParams = Readonly<Record<string, Readonly<Record<string, number>>>>
/** 假设时限 — another limit for the clocks of one item. */
export type OtherLimit = { itemCode: string; kind: 'promised' | 'statutory' | 'step'; step?: string; workingDays: number }
/** 牌 of one side of the comparison: a finding, and whose it is. */
export type Card = Finding & { subject: string; department: string }

/** The same book with these parameters over whatever is published. */
export function otherBook({ rules, patterns, published }: Rulebook, params: OtherParams): Rulebook {
  const over = <R extends { id: string; params: Record<string, number> }>(rule: R): R => {
    const said = Object.entries(params[rule.id] ?? {}).filter(([name]) => Object.hasOwn(rule.params, name))
    return said.length === 0 ? rule : { ...rule, params: { ...rule.params, ...Object.fromEntries(said) } }
  }
  return { rules: rules.map(over), patterns: patterns.map(over),
    published: published.map((version) => params[version.ruleId] ? { ...version, params: { ...version.params, ...params[version.ruleId] } } : version) }
}

const concerns = ({ kind, step }: OtherLimit, clock: TimelineClock) => clock.kind === kind && (kind !== 'step' || clock.name.split(':')[1] === step)
/** A day that a source states gives way too: what is asked is how it would have run with this limit. */
const limited = ({ statedDueOn: _, statedDueAt: __, ...clock }: TimelineClock, limitWorkingDays: number): TimelineClock => ({ ...clock, limitWorkingDays })

/** The timeline with these limits; the very same where none of its clocks is meant. A co-handler's promise to the lead is no limit of the item. */
export function otherTimeline(timeline: Timeline, limits: readonly OtherLimit[]): Timeline {
  const own = timeline.of === undefined ? limits.filter(({ itemCode }) => itemCode === timeline.itemCode) : []
  if (own.length === 0) return timeline
  let meant = false
  const clocks = timeline.clocks.map((clock) => {
    const limit = own.findLast((other) => concerns(other, clock))
    if (!limit) return clock
    meant = true
    return limited(clock, limit.workingDays)
  })
  return meant ? { ...timeline, clocks } : timeline
}

/** 差别 — one card that the other side has and this one has not, or the other way round, or has at another instant. `card`: the one of the other side,
    or where it is gone the one that is. */
export type Difference = { kind: 'added' | 'removed' | 'moved'; before?: Instant; after?: Instant; card: Card }

const byInstant = (a: Finding, b: Finding) => a.becameTrueAt === b.becameTrueAt ? 0 : a.becameTrueAt < b.becameTrueAt ? -1 : 1
function byEpisode(cards: readonly Card[]) {
  const episodes = new Map<string, Card[]>()
  for (const card of cards) {
    const name = `${card.subject} ${episodeOf(card)}`, own = episodes.get(name)
    if (own) own.push(card)
    else episodes.set(name, [card])
  }
  return episodes
}
const isSame = (a: Card, b: Card) => a.becameTrueAt === b.becameTrueAt && a.severity === b.severity && a.clock === b.clock && a.ruleId === b.ruleId && a.subject === b.subject
const isAmong = (cards: readonly Card[], card: Card) => cards.some((other) => isSame(other, card))

/** 比较 — a card has moved where its episode has one at another instant; of an episode with several, those that are the same stay out of it. */
export function compared(before: readonly Card[], after: readonly Card[]): Difference[] {
  if (before.length === after.length && before.every((card, i) => isSame(card, after[i]!))) return [] // of a million subjects, most
  const found: Difference[] = []
  const left = byEpisode(before), right = byEpisode(after)
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const was = left.get(name) ?? [], is = right.get(name) ?? []
    const gone = was.filter((card) => !isAmong(is, card)).sort(byInstant), come = is.filter((card) => !isAmong(was, card)).sort(byInstant)
    const pairs = Math.min(gone.length, come.length)
    for (let i = 0; i < pairs; i++) found.push({ kind: 'moved', before: gone[i]!.becameTrueAt, after: come[i]!.becameTrueAt, card: come[i]! })
    for (const card of gone.slice(pairs)) found.push({ kind: 'removed', before: card.becameTrueAt, card })
    for (const card of come.slice(pairs)) found.push({ kind: 'added', after: card.becameTrueAt, card })
  }
  return found
}

type Counts = { before: number; after: number; added: number; removed: number; moved: number }
const none = (): Counts => ({ before: 0, after: 0, added: 0, removed: 0, moved: 0 })
const plus = (a: Counts, b: Counts): Counts =>
  ({ before: a.before + b.before, after: a.after + b.after, added: a.added + b.added, removed: a.removed + b.removed, moved: a.moved + b.moved })
/** 计数 — by department and rule, told apart by severity, so that shares of the work add up to the same whatever their order. */
export type Tally = { subjects: Map<string, number>; cards: Map<string, Map<string, Counts>>; months: Map<string, Counts> }
export const nothing = (): Tally => ({ subjects: new Map(), cards: new Map(), months: new Map() })

const kept = <V>(map: Map<string, V>, name: string, make: () => V): V => {
  const own = map.get(name)
  if (own !== undefined) return own
  const made = make()
  map.set(name, made)
  return made
}
const countsOf = ({ cards }: Tally, department: string, kind: string) => kept(kept(cards, department, () => new Map<string, Counts>()), kind, none)
const ofCard = (tally: Tally, { department, ruleId, severity }: Card) => countsOf(tally, department, `${ruleId} ${severity}`)

const utc = (at: Instant) => at
/** One subject's cards, or those of one group of subjects, and how they differ. `supervised`: the department whose subject it is; `dayOf`: in whose
    days the months are. What has moved counts in the month that it has moved to. */
export function count(tally: Tally, before: readonly Card[], after: readonly Card[], differences: readonly Difference[], supervised?: string, dayOf: (at: Instant) => string = utc) {
  if (supervised !== undefined) tally.subjects.set(supervised, (tally.subjects.get(supervised) ?? 0) + 1)
  const both = (card: Card) => [ofCard(tally, card), kept(tally.months, dayOf(card.becameTrueAt).slice(0, 7), none)]
  for (const card of before) for (const own of both(card)) own.before++
  for (const card of after) for (const own of both(card)) own.after++
  for (const { kind, card } of differences) for (const own of both(card)) own[kind]++
}
export function addTo(all: Tally, { subjects, cards, months }: Tally) {
  for (const [month, counts] of months) all.months.set(month, plus(all.months.get(month) ?? none(), counts))
  for (const [department, n] of subjects) all.subjects.set(department, (all.subjects.get(department) ?? 0) + n)
  for (const [department, kinds] of cards) for (const [kind, counts] of kinds) Object.assign(countsOf(all, department, kind), plus(countsOf(all, department, kind), counts))
}

/** 排名 — by points of deduction, the most first; who has as many shares the place. */
const placeAmong = (all: readonly number[]) => {
  const places = new Map<number, number>()
  ;[...all].sort((a, b) => b - a).forEach((points, i) => { if (!places.has(points)) places.set(points, i + 1) })
  return (points: number) => places.get(points)!
}

function standingOf(kinds: ReadonlyMap<string, Counts> | undefined, subjects: number, deducts: (ruleId: string, severity: Severity) => number) {
  let counts = none(), pointsBefore = 0, pointsAfter = 0
  for (const [kind, own] of kinds ?? []) {
    const points = deducts(...kind.split(' ') as [string, Severity])
    counts = plus(counts, own)
    pointsBefore += own.before * points
    pointsAfter += own.after * points
  }
  return { subjects, ...counts, pointsBefore, pointsAfter }
}

/** 结果 — the whole, by department with its place on either side, by rule and by month. `deducts`: points of one card. */
export function resultOf({ subjects, cards, months }: Tally, deducts: (ruleId: string, severity: Severity) => number) {
  const departments = [...new Set([...subjects.keys(), ...cards.keys()])].sort()
  const standings = departments.map((department) => standingOf(cards.get(department), subjects.get(department) ?? 0, deducts))
  const before = placeAmong(standings.map(({ pointsBefore }) => pointsBefore)), after = placeAmong(standings.map(({ pointsAfter }) => pointsAfter))
  const byRule = new Map<string, Counts>()
  for (const kinds of cards.values()) for (const [kind, counts] of kinds) {
    const [ruleId] = kind.split(' ') as [string]
    byRule.set(ruleId, plus(byRule.get(ruleId) ?? none(), counts))
  }
  return {
    ...standings.reduce<Counts>(plus, none()),
    byDepartment: Object.fromEntries(standings.map((own, i) => [departments[i]!, { ...own, rankBefore: before(own.pointsBefore), rankAfter: after(own.pointsAfter) }])),
    byRule: Object.fromEntries([...byRule].sort(([a], [b]) => a < b ? -1 : 1)),
    byMonth: Object.fromEntries([...months].sort(([a], [b]) => a < b ? -1 : 1)),
  }
}
export type WhatIfResult = ReturnType<typeof resultOf>

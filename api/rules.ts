import type { FastifyInstance } from 'fastify'
import { read, type Recorded } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { supervisionEvents, type RuleEvent } from '../domain/supervision/events.ts'
import { inForceOn, type RuleVersion } from '../domain/supervision/judge.ts'
import { catalogue, waiting } from '../domain/supervision/rules/index.ts'
import type { RuleCard, Waiting } from '../domain/supervision/rules/rule.ts'
import { hasRole, standingOf } from './access/standing.ts'
import { publishedRules } from './judging.ts'
import { directory } from './naming.ts'
import { only } from './queries.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'

/** 规则目录 — a rule as it stands today: what it says of itself, which version bites, and what has been said of it. `waiting`: its facts are not told yet. */
type RuleEntry = Omit<RuleCard, 'examples'> & {
  state: 'live' | 'shadow' | 'retired' | 'waiting'
  awaits?: readonly string[]
  inForce?: { version: number; params: Record<string, number> }
  onTrial?: { version: number; params: Record<string, number> }
  published: readonly Omit<RuleVersion, 'ruleId'>[]
  examples: readonly { zh: string; en: string }[]
  /** The module that it came with. */
  module?: string
  /** 由来 — who said what of it, and when; and how many cards of it stand. Told to who oversees. */
  history?: readonly RuleSaid[]
  standing?: number
}
/** 对规则所说 — `open`: proposed and still to be published, or to be retired, by another inspector, in the same words: `said`. */
export type RuleSaid = {
  kind: 'proposed' | 'published' | 'retirement-proposed' | 'retired'; at: Instant; by: string; byName: string; version: number
  params: Record<string, number>; effectiveFrom: string
  legalBasis?: string; mode?: 'live' | 'shadow'; reason?: string; open?: true; said?: object
}

function entryOf(rule: RuleCard, published: readonly RuleVersion[], today: RuleVersion['effectiveFrom'], module?: string): RuleEntry {
  const { examples, ...card } = rule, said = published.filter(({ ruleId }) => ruleId === rule.id)
  const known = { ...card, published: said.map(({ ruleId: _, ...version }) => version), examples: examples.map(({ zh, en }) => ({ zh, en })), ...(module !== undefined && { module }) }
  if (waiting.some(({ id }) => id === rule.id)) return { ...known, state: 'waiting', awaits: (rule as Waiting).awaits }
  const found = inForceOn(today, [rule], published), biting = found.find(({ shadow }) => !shadow), tried = found.find(({ shadow }) => shadow)
  return { ...known, state: biting ? 'live' : tried ? 'shadow' : 'retired',
    ...(biting && { inForce: { version: biting.version, params: biting.params } }), ...(tried && { onTrial: { version: tried.version, params: tried.params } }) }
}

/** 由来 of one rule, in the order of saying. What was proposed for a version that is out by now is past. */
async function historyOf(rooms: Rooms, { id, version }: RuleCard): Promise<RuleSaid[]> {
  const { personName } = await directory(rooms), facts = (await rooms.book.readStream(`supervision-rule.${id}`)) as readonly Recorded<RuleEvent>[]
  let newest = version
  const said = facts.map((fact): RuleSaid => {
    const { type, data } = read(supervisionEvents, fact, fact.meta.version) as RuleEvent, { actor, recordedAt: at } = fact.meta
    const by = { at, by: actor.person, byName: personName.get(actor.person) ?? actor.person }
    if (type === 'RuleRetired' || type === 'RetirementProposed') {
      const { effectiveFrom, reason } = data, retiring = { ...by, version: newest, params: {}, effectiveFrom, reason }
      return type === 'RuleRetired' ? { kind: 'retired', ...retiring } : { kind: 'retirement-proposed', ...retiring, said: { effectiveFrom, reason } }
    }
    if (type === 'RulePublished') newest = data.version
    const { ruleId: _, proposedBy: __, ...words } = data
    return { kind: type === 'RuleProposed' ? 'proposed' : 'published', ...by, version: data.version, params: data.params,
      effectiveFrom: data.effectiveFrom, legalBasis: data.legalBasis, mode: data.mode,
      ...(type === 'RuleProposed' && { said: words }) }
  })
  // A retirement that was proposed is past when the rule was retired, or published anew, since.
  const settled = said.findLastIndex(({ kind }) => kind === 'published' || kind === 'retired')
  const isOpen = ({ kind, version }: RuleSaid, i: number) => kind === 'proposed' ? version === newest + 1 : kind === 'retirement-proposed' && i > settled
  return said.map(({ said: words, ...one }, i) => isOpen(one, i) ? { ...one, open: true, said: words! } : one)
}

/** `eyes`: rules that are the inspectors' alone (廉政风险, domain.md D.3), and what was said of all of them, are for who oversees; to others the first are not there. */
type Asked = { rule?: string | undefined; eyes?: 'all' | 'open' | 'overseeing' }
/** 规则目录 of this house; of one rule where it is named. */
export async function rulesOfHouse(rooms: Rooms, { rule, eyes = 'all' }: Asked = {}): Promise<{ now: Instant; rules: RuleEntry[] }> {
  const published = await publishedRules(rooms), now = rooms.now(), today = dayIn(rooms.founding.zone, now)
  const loaded = (rooms.modules ?? []).flatMap(({ name, rules, patterns }) => [...rules, ...patterns].map((rule) => ({ rule, module: name })))
  const shown = [...catalogue.map((rule): { rule: RuleCard; module?: string } => ({ rule })), ...loaded]
    .filter(({ rule: { id, confidential } }) => (rule === undefined || id === rule) && (eyes !== 'open' || confidential !== true))
  if (shown.length === 0) throw new Unanswerable(404, 'no-such-rule', `没有规则 ${rule!}`, `There is no rule ${rule!}`, { field: 'rule' })
  const rules = await Promise.all(shown.map(async ({ rule: one, module }) => {
    const entry = entryOf(one, published, today, module)
    return eyes !== 'overseeing' ? entry : { ...entry,
       history: await historyOf(rooms, one), standing: await rooms.rows.count('cards', { ruleId: one.id, standing: true }) }
  }))
  return { now, rules }
}

export function rulesRoute(app: FastifyInstance, rooms: Rooms) {
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/rules', { config: { access: 'signed-in' } }, (request) =>
    rulesOfHouse(rooms, { rule: only(request.query, 'rule')['rule'], eyes: hasRole(standingOf(request), ['inspector', 'auditor']) ? 'overseeing' : 'open' }))
}

import type { FastifyInstance } from 'fastify'
import type { Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { inForceOn, type RuleVersion } from '../domain/supervision/judge.ts'
import { catalogue, waiting } from '../domain/supervision/rules/index.ts'
import type { RuleCard, Waiting } from '../domain/supervision/rules/rule.ts'
import { publishedRules } from './judging.ts'
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
}

function entryOf(rule: RuleCard, published: readonly RuleVersion[], today: RuleVersion['effectiveFrom'], module?: string): RuleEntry {
  const { examples, ...card } = rule, said = published.filter(({ ruleId }) => ruleId === rule.id)
  const known = { ...card, published: said.map(({ ruleId: _, ...version }) => version), examples: examples.map(({ zh, en }) => ({ zh, en })), ...(module !== undefined && { module }) }
  if (waiting.some(({ id }) => id === rule.id)) return { ...known, state: 'waiting', awaits: (rule as Waiting).awaits }
  const found = inForceOn(today, [rule], published), biting = found.find(({ shadow }) => !shadow), tried = found.find(({ shadow }) => shadow)
  return { ...known, state: biting ? 'live' : tried ? 'shadow' : 'retired',
    ...(biting && { inForce: { version: biting.version, params: biting.params } }), ...(tried && { onTrial: { version: tried.version, params: tried.params } }) }
}

/** 规则目录 of this house; of one rule where it is named. */
export async function rulesOfHouse(rooms: Rooms, { rule }: { rule?: string | undefined } = {}): Promise<{ now: Instant; rules: RuleEntry[] }> {
  const published = await publishedRules(rooms), now = rooms.now(), today = dayIn(rooms.founding.zone, now)
  const loaded = (rooms.modules ?? []).flatMap(({ name, rules, patterns }) => [...rules, ...patterns].map((rule) => entryOf(rule, published, today, name)))
  const rules = [...catalogue.map((rule) => entryOf(rule, published, today)), ...loaded].filter(({ id }) => rule === undefined || id === rule)
  if (rules.length === 0) throw new Unanswerable(404, 'no-such-rule', `没有规则 ${rule!}`, `There is no rule ${rule!}`, { field: 'rule' })
  return { now, rules }
}

export function rulesRoute(app: FastifyInstance, rooms: Rooms) {
  app.get<{ Querystring: Record<string, string | undefined> }>('/api/rules', { config: { access: 'signed-in' } }, ({ query }) => rulesOfHouse(rooms, { rule: only(query, 'rule')['rule'] }))
}

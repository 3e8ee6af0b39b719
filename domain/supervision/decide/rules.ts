import { canonical } from '../../kernel/canonical.ts'
import { decider, refuse, type Given } from '../../kernel/decider.ts'
import type { RuleCommand, RuleEvent } from '../events.ts'
import type { RuleCard } from '../rules/rule.ts'

/** 规则 as far as its publication must know it: its parameters with what they may be, and the version that is in its file. */
export type RuleReference = Pick<RuleCard, 'version' | 'params' | 'bounds'>
type Published = Extract<RuleCommand, { type: 'PublishRule' | 'ProposeRule' }>['data']
/** `version` is the latest published, where any is; `proposals`, `retirements`: by whom, under their words. */
type Versions = { version?: number; latest?: string; retired?: string; proposals: Readonly<Record<string, string>>; retirements: Readonly<Record<string, string>> }

function faultIn({ version }: Versions, data: Published, rule: RuleReference | undefined, { now, calendar }: Given) {
  if (!rule) return refuse('no-such-rule')
  if (data.version !== (version ?? rule.version) + 1) return refuse('not-the-next-rule-version')
  if (Object.keys(data.params).some((name) => !Object.hasOwn(rule.params, name))) return refuse('unknown-parameter')
  const outside = Object.entries(data.params).some(([name, value]) => {
    const { from, to, whole } = rule.bounds[name]!
    return value < from || value > to || (whole && !Number.isInteger(value))
  })
  if (outside) return refuse('parameter-out-of-bounds')
  return data.effectiveFrom < calendar.dayOf(now) ? refuse('rule-reaching-back') : undefined // domain.md D.4
}
const needed = (_state: Versions, _data: unknown, id: string) => ({ id })

/** 规则发布：another version with other parameters, from a day on, in the same words by two inspectors; what was published is never changed. */
export const ruleDecider = decider<Versions, RuleCommand, RuleEvent, { rule: RuleReference }>()({
  needs: { ProposeRule: { rule: needed }, PublishRule: { rule: needed }, ProposeRetirement: { rule: needed }, RetireRule: { rule: needed } },
  initial: { proposals: {}, retirements: {} },
  evolve(state, { type, data }) {
    if (type === 'RuleRetired') return { ...state, retired: canonical(data), retirements: {} }
    if (type === 'RetirementProposed') {
      const { ruleId: _, proposedBy, ...said } = data
      return { ...state, retirements: { ...state.retirements, [canonical(said)]: proposedBy } }
    }
    if (type === 'RuleProposed') {
      const { ruleId: _, proposedBy, ...said } = data
      return { ...state, proposals: { ...state.proposals, [canonical(said)]: proposedBy } }
    }
    const { ruleId: _, proposedBy: __, ...said } = data
    const { retired: ___, ...known } = state
    // What was to be retired was the version before.
    return { ...known, version: said.version, latest: canonical(said), retirements: {} }
  },
  answers: {
    ProposeRule(state, data, { rule, ...given }) {
      if (state.latest === canonical(data) || state.proposals[canonical(data)] !== undefined) return []
      return faultIn(state, data, rule, given) ?? [{ type: 'RuleProposed', data: { ruleId: given.id, ...data, proposedBy: given.by.person } }]
    },
    PublishRule(state, data, { rule, ...given }) {
      if (state.latest === canonical(data)) return []
      const fault = faultIn(state, data, rule, given)
      if (fault) return fault
      const proposedBy = state.proposals[canonical(data)]
      if (proposedBy === undefined) return refuse('rule-not-proposed')
      if (proposedBy === given.by.person) return refuse('proposed-by-the-same')
      return [{ type: 'RulePublished', data: { ruleId: given.id, ...data, proposedBy } }]
    },
    ProposeRetirement({ retired, retirements }, data, { rule, id, by, now, calendar }) {
      if (!rule) return refuse('no-such-rule')
      if (retired !== undefined) return refuse('rule-retired-already')
      if (retirements[canonical(data)] !== undefined) return []
      if (data.effectiveFrom < calendar.dayOf(now)) return refuse('rule-reaching-back')
      return [{ type: 'RetirementProposed', data: { ruleId: id, ...data, proposedBy: by.person } }]
    },
    RetireRule({ retired, retirements }, data, { rule, id, by, now, calendar }) {
      if (!rule) return refuse('no-such-rule')
      if (retired !== undefined) return retired === canonical({ ruleId: id, ...data }) ? [] : refuse('rule-retired-already')
      if (data.effectiveFrom < calendar.dayOf(now)) return refuse('rule-reaching-back')
      const proposedBy = retirements[canonical(data)]
      if (proposedBy === undefined) return refuse('retirement-not-proposed')
      if (proposedBy === by.person) return refuse('proposed-by-the-same')
      return [{ type: 'RuleRetired', data: { ruleId: id, ...data } }]
    },
  },
})

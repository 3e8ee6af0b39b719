import type { RuleEntry } from './asks.ts'

/** 门类 of the rules of the reference (domain.md D.2, D.3); what a module brings stands by itself. */
const byFamily = {
  clocks: ['R-01', 'R-02', 'R-03', 'R-04', 'R-07', 'R-16', 'R-17', 'R-20'], order: ['R-05', 'R-06', 'R-08', 'R-10', 'R-13', 'R-15', 'R-18', 'R-19'], persons: ['R-11', 'R-12'], money: ['R-09', 'R-14'],
} as const
export const families = ['clocks', 'order', 'persons', 'money', 'other', 'integrity', 'module'] as const
export type Family = typeof families[number]
const familyOf = ({ id, module, confidential }: RuleEntry): Family => module !== undefined ? 'module' : confidential ? 'integrity'
  : (Object.entries(byFamily).find(([, ids]) => (ids as readonly string[]).includes(id))?.[0] as Family | undefined) ?? 'other'
export const grouped = (rules: readonly RuleEntry[]): { family: Family; rules: RuleEntry[] }[] =>
  families.map((family) => ({ family, rules: rules.filter((rule) => familyOf(rule) === family) })).filter(({ rules }) => rules.length > 0)

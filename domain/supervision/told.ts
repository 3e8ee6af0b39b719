import type { Duty } from '../kernel/vocabulary.ts'
import type { Finding, RuleCard } from './rules/rule.ts'
import type { Timeline } from './timeline.ts'

/** 在册人员 as far as it matters whom to tell. */
export type Enrolled = { person: string; department: string; roles: readonly string[]; hall?: string | undefined }
type Told = { duty: Duty; person: string }[]

/** 承科领管 receive every yellow and red (domain.md D.1); of what only inspectors see, inspectors alone. */
const always: readonly Duty[] = ['handler', 'section-head', 'leader', 'system-admin']
const dutiesOf = ({ tells, confidential }: Pick<RuleCard, 'tells' | 'confidential'>, { severity }: Pick<Finding, 'severity'>): readonly Duty[] =>
  confidential || severity === 'HINT' || severity === 'WARN' ? tells : [...new Set([...always, ...tells])]

/** 承办人 — who holds the clock up, or did what proves it, or did something last; of an officer's own subject, that officer. Of a sub-case whoever answered it, else all
    who may: who asked for the opinion owes none. */
function handlersOf({ clock, evidence = [] }: Pick<Finding, 'clock' | 'evidence'>, subject: string, timeline: Timeline | undefined): readonly string[] {
  if (subject.startsWith('officers.')) return [subject.slice('officers.'.length)]
  const isTheirs = (type: string) => timeline?.of === undefined || type !== 'SubCaseOpened'
  const doers = (timeline?.deeds ?? []).filter(({ by, role, type }) => by !== undefined && role !== 'applicant' && role !== 'policy' && isTheirs(type))
  const one = timeline?.clocks.find(({ name }) => name === clock)?.by ?? doers.find(({ id }) => evidence.includes(id))?.by
    ?? doers.findLast(({ role }) => role === 'handler')?.by ?? doers.at(-1)?.by
  return one === undefined ? timeline?.officers ?? [] : [one]
}

/** 告知谁 — for each duty that the card is told to, whoever has it there. */
export function toldOf(rule: Pick<RuleCard, 'tells' | 'confidential'>, finding: Pick<Finding, 'severity' | 'clock' | 'evidence' | 'department'>,
  { subject, timeline }: { subject: string; timeline?: Timeline | undefined }, people: readonly Enrolled[]): Told {
  const handlers = handlersOf(finding, subject, timeline)
  const department = finding.department ?? timeline?.department ?? people.find(({ person }) => person === handlers[0])?.department
  const withRole = (role: string, where: (one: Enrolled) => boolean = () => true) => people.filter((one) => one.roles.includes(role) && where(one)).map(({ person }) => person)
  const persons: Record<Duty, () => (string | undefined)[]> = {
    handler: () => [...handlers],
    'section-head': () => withRole('section-head', (one) => one.department === department),
    leader: () => withRole('leader', (one) => one.department === department),
    'system-admin': () => withRole('system-admin'),
    inspector: () => withRole('inspector'),
    'hall-manager': () => withRole('hall-manager', (one) => one.hall === undefined || one.hall === timeline?.hall),
    applicant: () => [timeline?.applicant],
  }
  return dutiesOf(rule, finding).flatMap((duty) => persons[duty]().flatMap((person) => person === undefined ? [] : [{ duty, person }])).slice(0, 100)
}

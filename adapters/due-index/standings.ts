import type { Instant } from '../../domain/kernel/values.ts'
import { isAmong, openLight, type DueEntry, type DueIndex, type Lit, type Standing } from '../../projections/due-index.ts'

type Shared = Standing & { n: number }
type Standings = Pick<DueIndex, 'lit' | 'litSubjects'> & { of(subject: string): Standing | undefined; all(): Iterable<Shared> }

/** 在办灯况 in memory: many cases of one item fall due together and share what their light follows from, so that all are counted by looking at few. */
export function standings() {
  const kept = new Map<string, Shared>(), shared = new Map<string, Shared>()
  const drop = (subject: string) => {
    const one = kept.get(subject)
    if (!one) return
    kept.delete(subject)
    if (--one.n === 0) shared.delete(nameOf(one))
  }
  const has = ({ light, among }: Lit, now: Instant) => (one: Standing) => (among?.some(isAmong(one)) ?? true) && openLight(one, now) === light
  const lit: DueIndex['lit'] = (asked, now) => [...shared.values()].filter(has(asked, now)).reduce((sum, { n }) => sum + n, 0)
  return {
    put(entry: DueEntry) {
      drop(entry.subject)
      if (entry.aside) return
      const name = nameOf(entry), one = shared.get(name) ?? standingOf(entry)
      one.n++
      shared.set(name, one)
      kept.set(entry.subject, one)
    },
    drop,
    of: (subject: string): Standing | undefined => kept.get(subject),
    all: () => shared.values(),
    lit,
    litSubjects(asked: Lit, now: Instant, upTo: number) {
      if (lit(asked, now) > upTo) return undefined
      const those = new Set<Shared>([...shared.values()].filter(has(asked, now))), found: string[] = []
      if (those.size > 0) for (const [subject, one] of kept) if (those.has(one)) found.push(subject)
      return found
    },
  } satisfies Standings & { put(entry: DueEntry): void; drop(subject: string): void }
}

const nameOf = ({ department, itemCode, hall, held, dueAt, soonAt, lateAt }: Standing) => [department, itemCode, hall, held, dueAt, soonAt, lateAt].join('\n')
const standingOf = ({ department, itemCode, hall, held, dueAt, soonAt, lateAt }: Standing): Shared =>
  ({ department, itemCode, hall, held, ...(dueAt && { dueAt }), ...(soonAt && { soonAt }), ...(lateAt && { lateAt }), n: 0 })

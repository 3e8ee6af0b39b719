import type { Instant } from '../../domain/kernel/values.ts'
import { isAmong, openLight, type DueEntry, type DueIndex, type Lamp, type Lit, type Standing } from '../../projections/due-index.ts'

type Shared = Standing & { n: number }
type Kept = Lamp & { standing: Shared | undefined }
type Standings = Pick<DueIndex, 'lit' | 'litSubjects' | 'lamp'> & { of(subject: string): Standing | undefined; all(): Iterable<Shared> }

/** 在办灯况 in memory: many cases of one item fall due together and share what their light follows from, so that all are counted by looking at few. */
export function standings() {
  const kept = new Map<string, Kept>(), shared = new Map<string, Shared>()
  const leave = (lamp: Kept) => {
    const { standing } = lamp
    lamp.standing = undefined
    if (standing && --standing.n === 0) shared.delete(nameOf(standing))
  }
  const drop = (subject: string) => {
    const lamp = kept.get(subject)
    if (!lamp) return
    kept.delete(subject)
    leave(lamp)
  }
  const lampOf = (subject: string) => {
    const known = kept.get(subject)
    if (known) return known
    const lamp: Kept = { subject, standing: undefined }
    kept.set(subject, lamp)
    return lamp
  }
  const has = ({ light, among }: Lit, now: Instant) => (one: Standing) => (among?.some(isAmong(one)) ?? true) && openLight(one, now) === light
  const lit: DueIndex['lit'] = (asked, now) => [...shared.values()].filter(has(asked, now)).reduce((sum, { n }) => sum + n, 0)
  return {
    put(entry: DueEntry) {
      if (entry.aside) { drop(entry.subject); return }
      const lamp = lampOf(entry.subject), name = nameOf(entry), one = shared.get(name) ?? standingOf(entry)
      if (lamp.standing === one) return
      leave(lamp)
      one.n++
      shared.set(name, one)
      lamp.standing = one
    },
    drop,
    /** Nothing is known of anything any more; whoever keeps a lamp sees that. */
    clear() { for (const lamp of kept.values()) lamp.standing = undefined; shared.clear() },
    of: (subject: string): Standing | undefined => kept.get(subject)?.standing,
    lamp: (subject: string): Lamp => lampOf(subject),
    all: () => shared.values(),
    lit,
    litSubjects(asked: Lit, now: Instant, upTo: number) {
      if (lit(asked, now) > upTo) return undefined
      const those = new Set<Shared>([...shared.values()].filter(has(asked, now))), found: string[] = []
      if (those.size > 0) for (const [subject, { standing }] of kept) if (standing && those.has(standing)) found.push(subject)
      return found
    },
  } satisfies Standings & { put(entry: DueEntry): void; drop(subject: string): void; clear(): void }
}

const nameOf = ({ department, itemCode, hall, held, dueAt, soonAt, lateAt }: Standing) => [department, itemCode, hall, held, dueAt, soonAt, lateAt].join('\n')
const standingOf = ({ department, itemCode, hall, held, dueAt, soonAt, lateAt }: Standing): Shared =>
  ({ department, itemCode, hall, held, ...(dueAt && { dueAt }), ...(soonAt && { soonAt }), ...(lateAt && { lateAt }), n: 0 })

import { client, isProblem, type Problem } from '../client.ts'
import { draft } from '../drafts.svelte.ts'
import { formatter } from '../format.ts'
import { house } from '../house.svelte.ts'
import { intent } from '../intent.ts'
import { lateAt, type Late } from '../late.ts'
import { sayParts } from '../parts/words.ts'
import { say } from '../settings.svelte.ts'
import { telling } from '../telling.ts'
import { tell } from '../tell.ts'
import { wordOf } from './codes.ts'
import { questionsOf, takesLate, wantsNumber, type Allowed, type Command } from './commands.ts'
import { bodyOf, wrongIn, type Drawn } from './schema.ts'
import { sayPalette } from './words.ts'

type About = { id: string | undefined; allowed: Allowed | undefined; revision: number | undefined; lateFrom: string | undefined; word: string }
type Errors = Problem & { errors?: { field: string; rule: string }[] }
type Side = { label: string; value: string }

const printer = () => house.view && formatter(say(), house.view.zone, house.view.now)
/** What somebody is about to say: their answers, what is wrong with them, and what became of it. One intent has one key. */
export function meaning(command: Command, { id, allowed, revision, lateFrom, word }: About) {
  const asked = questionsOf(command) ?? [], one = intent(), number = crypto.randomUUID().slice(0, 8)
  let problem = $state.raw<Problem>(), faults = $state.raw<readonly { field: string; rule: string }[]>([]), saying = $state(false), changed = $state(false), theirs = $state.raw<readonly Side[]>([])
  let seen = revision
  /** Looked up by the platform: the persons, notices and sub-cases that would be heard. */
  const choices = Object.fromEntries(Object.entries(allowed?.choices ?? {}).map(([field, of]) => [field,
    of.filter(({ refused }) => !refused).map(({ value, name }) => ({ code: String(value), word: name ?? wordOf(field, String(value)) }))]).filter(([, of]) => of!.length > 0)) as Record<string, readonly { code: string; word: string }[]>

  /** What can only be one thing is that. */
  const given = Object.fromEntries(asked.flatMap(({ field: { id, required, kind } }) => required && kind !== 'number' && choices[id]?.length === 1 ? [[id, choices[id][0]!.code]] : []))
  const kept = draft<{ subject: string; answers: Record<string, unknown>; happenedAt?: string }>(`command ${command.type} ${id ?? ''}`, { subject: '', answers: given })

  const late = (): Late => ({ from: lateFrom, now: house.view?.now ?? new Date().toISOString(), zone: house.view?.zone ?? 'Asia/Shanghai' })
  const find = (path: string): Drawn | undefined => {
    let level: readonly Drawn[] = asked, found: Drawn | undefined
    for (const step of path.split('.')) { if (/^\d+$/.test(step)) continue; found = level.find(({ field }) => field.id === step); level = found?.many ?? found?.one ?? [] }
    return found
  }
  const told = (rule: string) => sayParts().late.wrong[rule] ?? sayPalette().rules[rule] ?? sayPalette().rules['other']!
  const subject = () => id ?? kept.value.subject.trim()
  async function whatChanged() {
    const answer = await client.case(subject()), f = printer()
    if (isProblem(answer) || !f) return
    theirs = answer.facts.filter((fact) => fact.revision > (seen ?? 0)).map((fact) => { const { title, line } = telling(fact, say(), f); return { label: `${title} ${f.stamp(fact.recordedAt)}`, value: line || fact.byName || fact.role } })
    seen = answer.revision
    changed = true
  }
  async function go(): Promise<string | undefined> {
    if (saying) return undefined
    problem = undefined
    const said = kept.value.happenedAt, happened = said === undefined ? undefined : lateAt(said, late())
    faults = [...(happened && 'wrong' in happened ? [{ field: 'happenedAt', rule: happened.wrong }] : []), ...(id === undefined && kept.value.subject.trim() === '' ? [{ field: 'id', rule: 'missing' }] : []), ...wrongIn(asked, kept.value.answers)]
    if (faults.length) return undefined
    saying = true
    const body = { ...bodyOf(asked, kept.value.answers), ...(wantsNumber(command) && { number }), ...(happened && 'at' in happened && { happenedAt: happened.at }) }
    const answer = await tell(command.context, subject(), command.command, body, { key: one.keyOf([subject(), body]), ...(command.context === 'cases' && { revision: seen }) })
    saying = false
    if (!isProblem(answer)) {
      kept.clear()
      return 'waiting' in answer ? sayPalette().waits(word) : sayPalette().done(word)
    }
    if (answer.status === 412 && command.context === 'cases') { await whatChanged(); return undefined }
    problem = answer
    faults = (answer as Errors).errors ?? []
    return undefined
  }
  const printed = (value: unknown): string => Array.isArray(value) ? value.map(printed).join('\n') : typeof value === 'object' && value !== null ? Object.values(value).map(printed).join(' · ') : String(value)
  return {
    asked, choices, go,
    /** 补录 of this one, where it may be entered afterwards. */
    get late() { return takesLate(command) ? late() : undefined },
    get values() { return kept.value },
    get savedAt() { return kept.savedAt && printer()?.time(kept.savedAt) },
    get problem() { return problem },
    get saying() { return saying },
    get wrongs() { return faults.map(({ field, rule }) => ({ field, label: field === 'id' ? sayPalette().subject : field === 'happenedAt' ? sayParts().late.when : find(field)?.field.label ?? field, text: told(rule) })) },
    wrong: (path: string) => { const fault = faults.find(({ field }) => field === path); return fault && told(fault.rule) },
    get theirs() { return theirs },
    get mine(): Side[] { return asked.flatMap(({ field }) => kept.value.answers[field.id] === undefined ? [] : [{ label: field.label, value: printed(kept.value.answers[field.id]) }]) },
    get changed() { return changed },
    set changed(now: boolean) { changed = now },
    drop: kept.clear,
  }
}

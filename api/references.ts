import type { HallReference, ItemReference, PersonReference, RuleSetReference } from '../domain/cases/needs.ts'
import { identityEvents, type IdentityEvent } from '../domain/identity/events.ts'
import { evolvePerson, grantsOn, nobody } from '../domain/identity/person.ts'
import { itemEvents, type ItemEvent } from '../domain/items/events.ts'
import type { Reference } from '../domain/kernel/decider.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import { isSealed, type Day } from '../domain/kernel/values.ts'
import type { EventLog } from '../domain/kernel/ports.ts'
import { platformEvents, type PlatformEvent } from '../domain/platform/events.ts'
import type { SealedReference } from '../domain/privacy/opening.ts'
import type { RuleReference } from '../domain/supervision/decide/rules.ts'
import { catalogue, patterns, rules } from '../domain/supervision/rules/index.ts'
import type { RuleCard } from '../domain/supervision/rules/rule.ts'
import type { ReadStore } from '../projections/read-store.ts'
import { identityReferences } from './access/references.ts'
import { evidenceReferences } from './footage/references.ts'

function itemOf({ version, caseType, department, promisedWorkingDays, statutoryWorkingDays, flow, officers, specialProcedures, stepLimits, materials, fees,
  coHandlers = [], superior, minimumMinutes, renewal = false, limitedQuantity = false }: ItemEvent['data']): ItemReference {
  return { version, caseType, department, promisedWorkingDays, statutoryWorkingDays, flow, officers, specialProcedures, stepLimits, materials, fees, coHandlers,
    superior, minimumMinutes, renewal, limitedQuantity, feeFen: fees.reduce((sum, { amountFen }) => sum + amountFen, 0) }
}

/** 参照 — how each name in a decider's `needs` is folded from its own stream, in the shape that the asker declared. `more`: rules of modules; `rows`, where
    there are any, say where in a long book to look; `today`: by which a grant that ends is over. */
export const referencesFrom = (book: EventLog, more: readonly RuleCard[] = [], { rows, today }: { rows?: ReadStore; today?: () => Day } = {}) => {
  const judged: readonly RuleCard[] = [...rules, ...patterns, ...more]
  let counted = { position: -1, version: 0 }
  return {
    ...identityReferences(book, rows),
    ...evidenceReferences(book, rows),
    async item({ id, version }: Reference): Promise<ItemReference | undefined> {
      const fact = (await book.readStream(`items-${id}`)).findLast(({ type, data }) => type === 'ItemPublished' && (version === undefined || data['version'] === version))
      return fact && itemOf(read(itemEvents, fact as Recorded<ItemEvent>, fact.meta.version).data)
    },
    async hall({ id }: Reference): Promise<HallReference | undefined> {
      const [fact] = await book.readStream(`platform-hall.${id}`)
      if (!fact) return undefined
      const { data } = read(platformEvents, fact as Recorded<Extract<PlatformEvent, { type: 'HallOpened' }>>, fact.meta.version)
      return { zone: data.zone }
    },
    async approver({ id }: Reference): Promise<PersonReference | undefined> {
      const { enrolled, ...held } = (await book.readStream(`identity-${id}`))
        .map((fact) => read(identityEvents, fact as Recorded<IdentityEvent>, fact.meta.version)).reduce(evolvePerson, nobody)
      return enrolled && { roles: (today ? grantsOn(held, today()) : held.suspended ? [] : held.grants).map(({ role }) => role), department: enrolled.department, post: enrolled.post }
    },
    /** 密封字段 `field@stream` of the fact of that revision: whose it is, and which department was the first to have the matter in hand. */
    async sealed({ id, version }: Reference): Promise<SealedReference | undefined> {
      const at = id.indexOf('@'), facts = await book.readStream(id.slice(at + 1)), value = facts.find(({ meta }) => meta.revision === version)?.data[id.slice(0, at)]
      const department = facts.map(({ data }) => data['department']).find((one) => typeof one === 'string')
      return isSealed(value) ? { subject: value.subject, department: department ?? '' } : undefined
    },
    /** 规则集 — how many facts there are about rules; counted again only where the book has grown. */
    async ruleSet(): Promise<RuleSetReference> {
      const { position } = await book.head()
      if (position !== counted.position) {
        const streams = await Promise.all([...new Set([...catalogue, ...more].map(({ id }) => id))].map((id) => book.readStream(`supervision-rule.${id}`)))
        counted = { position, version: streams.reduce((sum, facts) => sum + facts.length, 0) }
      }
      return { version: counted.version }
    },
    /** 规则 as it is in its file; what is judged both case by case and over many has the parameters of both. */
    async rule({ id }: Reference): Promise<RuleReference | undefined> {
      const named = judged.filter((rule) => rule.id === id)
      return named[0] && { version: named[0].version, params: Object.assign({}, ...named.map(({ params }) => params)), bounds: Object.assign({}, ...named.map(({ bounds }) => bounds)) }
    },
  }
}

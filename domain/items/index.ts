import { canonical } from '../kernel/canonical.ts'
import { context } from '../kernel/context.ts'
import { decider, refuse } from '../kernel/decider.ts'
import { formsNamed, missingForms, type FormMissing, type FormsReference } from './blank-forms.ts'
import { itemCommands, itemEvents, type DictionaryCommand, type DictionaryEvent, type ItemCommand, type ItemEvent, type ItemProposal } from './events.ts'
import { faultIn, type ItemFault } from './faults.ts'

export type ItemRefusal = 'not-the-next-version' | ItemFault | FormMissing | 'no-such-proposal' | 'proposal-of-another-department' | 'code-named-twice' | 'entry-left-out'
type Catalogued = { version: number; latest?: string }
/** `department`: whose it is, once it is published; `open`: proposals that no version has overtaken, by number. */
type Proposed = Catalogued & { department?: string; proposals: number; open: Readonly<Record<number, string>> }

const named = (_: Proposed, { materials }: Pick<ItemCommand['data'], 'materials'>, id: string) => {
  const among = formsNamed(materials).map(({ blob }) => blob)
  return among.length > 0 ? { id, among } : undefined
}
/** What stands in the way of this version: first what is said in it, then what it names and is not there. */
function standing(data: ItemCommand['data'], forms: FormsReference | undefined) {
  const [missing] = missingForms(data.materials, forms)
  return faultIn(data) ?? (missing && refuse(missing.code, { at: missing.at }))
}

/** 事项目录 — a department proposes, the centre publishes; whatever version comes next, what was proposed in its place is over. */
export const itemDecider = decider<Proposed, ItemCommand, ItemEvent | ItemProposal, { forms: FormsReference }>()({
  needs: { PublishItem: { forms: named }, ProposeItem: { forms: named } },
  initial: { version: 0, proposals: 0, open: {} },
  evolve(state, { type, data }) {
    if (type === 'ItemPublished') return { version: data.version, latest: canonical(data), department: data.department, proposals: state.proposals, open: {} }
    const { proposal, ...said } = data
    return { ...state, proposals: proposal, open: { ...state.open, [proposal]: canonical(said) } }
  },
  answers: {
    PublishItem({ version, latest, open }, data, { forms }) {
      if (latest === canonical(data)) return [] // said twice
      if (data.version !== version + 1) return refuse('not-the-next-version')
      if (data.proposal !== undefined && open[data.proposal] === undefined) return refuse('no-such-proposal')
      return standing(data, forms) ?? [{ type: 'ItemPublished', data }]
    },
    ProposeItem({ version, department, proposals, open }, data, { by, forms }) {
      if (Object.values(open).includes(canonical(data))) return []
      // What is another's does not become one's own by saying so.
      if (data.department !== by.department || (department ?? by.department) !== by.department) return refuse('proposal-of-another-department')
      if (data.version !== version + 1) return refuse('not-the-next-version')
      return standing(data, forms) ?? [{ type: 'ItemProposed', data: { ...data, proposal: proposals + 1 } }]
    },
  },
})

type Listed = Catalogued & { codes: readonly string[] }

/** 字典：a code once published may be on somebody's form for ever, so it is retired and never left out. */
export const dictionaryDecider = decider<Listed, DictionaryCommand, DictionaryEvent>()({
  needs: { PublishDictionary: {} },
  initial: { version: 0, codes: [] },
  evolve: (_, { data }) => ({ version: data.version, latest: canonical(data), codes: data.entries.map(({ code }) => code) }),
  answers: {
    PublishDictionary({ version, latest, codes }, data) {
      if (latest === canonical(data)) return []
      if (data.version !== version + 1) return refuse('not-the-next-version')
      const said = new Set(data.entries.map(({ code }) => code))
      if (said.size < data.entries.length) return refuse('code-named-twice')
      return codes.every((code) => said.has(code)) ? [{ type: 'DictionaryPublished', data }] : refuse('entry-left-out')
    },
  },
})

export const items = context({
  name: 'items',
  zh: '事项',
  events: itemEvents,
  commands: itemCommands,
  grants: { PublishItem: ['hall-manager'], ProposeItem: ['handler', 'section-head'], PublishDictionary: ['hall-manager', 'system-admin'] },
  subjects: { '': 'house', dictionary: 'house' },
  deciders: { '': itemDecider, dictionary: dictionaryDecider },
})

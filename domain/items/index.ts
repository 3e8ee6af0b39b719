import { canonical } from '../kernel/canonical.ts'
import { context } from '../kernel/context.ts'
import { decider, refuse } from '../kernel/decider.ts'
import { itemCommands, itemEvents, type DictionaryCommand, type DictionaryEvent, type ItemCommand, type ItemEvent } from './events.ts'
import { faultIn, type ItemFault } from './faults.ts'

export type ItemRefusal = 'not-the-next-version' | ItemFault | 'code-named-twice' | 'entry-left-out'
type Catalogued = { version: number; latest?: string }

/** 事项目录 */
export const itemDecider = decider<Catalogued, ItemCommand, ItemEvent>()({
  needs: { PublishItem: {} },
  initial: { version: 0 },
  evolve: (_, { data }) => ({ version: data.version, latest: canonical(data) }),
  answers: {
    PublishItem({ version, latest }, data) {
      if (latest === canonical(data)) return [] // said twice
      if (data.version !== version + 1) return refuse('not-the-next-version')
      return faultIn(data) ?? [{ type: 'ItemPublished', data }]
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
  grants: { PublishItem: ['hall-manager'], PublishDictionary: ['hall-manager', 'system-admin'] },
  subjects: { '': 'house', dictionary: 'house' },
  deciders: { '': itemDecider, dictionary: dictionaryDecider },
})

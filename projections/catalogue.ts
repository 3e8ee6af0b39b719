import { z } from 'zod'
import type { DictionaryEvent, ItemEvent, ItemProposal } from '../domain/items/events.ts'
import { itemEvents } from '../domain/items/events.ts'
import { occurredAt } from '../domain/kernel/events.ts'
import { Instant } from '../domain/kernel/values.ts'
import type { Projection } from './kernel.ts'

export const ItemRow = z.strictObject({ code: z.string(), ...itemEvents.ItemPublished.schema.shape })
export type ItemRow = z.infer<typeof ItemRow>

const codeOf = (stream: string) => stream.slice('items-'.length)
/** 事项目录 — each item at its newest version; a case's own version is folded from the item's stream. */
export const catalogue: Projection<ItemRow, ItemEvent | ItemProposal> = {
  name: 'items',
  version: 2,
  row: ItemRow,
  order: 'business',
  key: ({ type, meta }) => type === 'ItemPublished' ? codeOf(meta.stream) : [],
  indexes: ['department', 'itemType', 'shortName', 'caseType'],
  on: { ItemPublished: (_, { data, meta }) => ({ code: codeOf(meta.stream), ...data }) },
}

const ProposalsRow = z.strictObject({ code: z.string(), open: z.array(z.strictObject({
  proposal: z.int().positive(), version: z.int().positive(), department: z.string(), shortName: z.string(), by: z.string(), at: Instant, reason: z.string(),
})) })
export type ProposalsRow = z.infer<typeof ProposalsRow>
/** 待定提议 — what departments would have published next, by item; the whole of each stands in the item's stream. */
export const itemProposals: Projection<ProposalsRow, ItemEvent | ItemProposal> = {
  name: 'item-proposals',
  version: 1,
  row: ProposalsRow,
  order: 'business',
  key: ({ type, meta }) => type === 'ItemProposed' || type === 'ItemPublished' ? codeOf(meta.stream) : [],
  indexes: [],
  on: {
    ItemProposed(row, fact) {
      const { proposal, version, department, shortName, reason } = fact.data
      return { code: codeOf(fact.meta.stream), open: [...row?.open ?? [], { proposal, version, department, shortName, by: fact.meta.actor.person, at: occurredAt(fact), reason }] }
    },
    ItemPublished: (row) => row && { ...row, open: [] },
  },
}

export const DictionaryRow = z.strictObject({ dictionary: z.string(), ...itemEvents.DictionaryPublished.schema.shape })
export type DictionaryRow = z.infer<typeof DictionaryRow>
const dictionaryOf = (stream: string) => stream.slice('items-dictionary.'.length)

/** 字典 — each at its newest version, its retired codes among the others. */
export const dictionaries: Projection<DictionaryRow, DictionaryEvent> = {
  name: 'dictionaries',
  version: 1,
  row: DictionaryRow,
  order: 'business',
  key: ({ meta }) => dictionaryOf(meta.stream),
  indexes: ['name'],
  on: { DictionaryPublished: (_, { data, meta }) => ({ dictionary: dictionaryOf(meta.stream), ...data }) },
}

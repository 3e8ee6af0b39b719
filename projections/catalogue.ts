import { z } from 'zod'
import type { DictionaryEvent, ItemEvent } from '../domain/items/events.ts'
import { itemEvents } from '../domain/items/events.ts'
import type { Projection } from './kernel.ts'

export const ItemRow = z.strictObject({ code: z.string(), ...itemEvents.ItemPublished.schema.shape })
export type ItemRow = z.infer<typeof ItemRow>

/** 事项目录 — each item at its newest version; a case's own version is folded from the item's stream. */
export const catalogue: Projection<ItemRow, ItemEvent> = {
  name: 'items',
  version: 2,
  row: ItemRow,
  order: 'business',
  key: ({ meta }) => meta.stream.slice('items-'.length),
  indexes: ['department', 'itemType', 'shortName', 'caseType'],
  on: { ItemPublished: (_, { data, meta }) => ({ code: meta.stream.slice('items-'.length), ...data }) },
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

import { z } from 'zod'
import type { ItemEvent } from '../domain/items/events.ts'
import { itemEvents } from '../domain/items/events.ts'
import type { Projection } from './kernel.ts'

export const ItemRow = z.strictObject({ code: z.string(), ...itemEvents.ItemPublished.schema.shape })
export type ItemRow = z.infer<typeof ItemRow>

/** 事项目录 — each item at its newest version; a case's own version is folded from the item's stream. */
export const catalogue: Projection<ItemRow, ItemEvent> = {
  name: 'items',
  version: 1,
  row: ItemRow,
  order: 'business',
  key: ({ meta }) => meta.stream.slice('items-'.length),
  indexes: ['department', 'itemType', 'shortName'],
  on: { ItemPublished: (_, { data, meta }) => ({ code: meta.stream.slice('items-'.length), ...data }) },
}

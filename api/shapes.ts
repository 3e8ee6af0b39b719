import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonical } from '../domain/kernel/canonical.ts'
import type { Context } from '../domain/kernel/context.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'

/** 事实的形状 — how any stored fact is brought to today's, and a name for that set of shapes: caches made by another set are as good as absent. */
export function shapesOf(contexts: readonly Context[]) {
  const all = Object.assign({}, ...contexts.map(({ events }) => events)) as Context['events']
  const described = Object.entries(all).map(([type, { schema, version }]) => [type, version, z.toJSONSchema(schema, { unrepresentable: 'any' })])
  return {
    schemaHash: createHash('sha256').update(canonical(described)).digest('hex'),
    parse: (fact: Recorded): Recorded => read(all, fact, fact.meta.version),
  }
}

import { createHash } from 'node:crypto'
import { canonical } from '../../domain/kernel/canonical.ts'
import { isSealed } from '../../domain/kernel/values.ts'
import type { ReadStore } from '../../projections/read-store.ts'
import { openReadStore } from './embedded.ts'

/** What depends on the day and the way in which a history was told, not on what happened. */
const circumstances = new Set(['position', 'recordedAt', 'batch'])

function withoutCircumstances(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isSealed(value)) return 'sealed' // sealed anew each time it is told, with another nonce
  if (Array.isArray(value)) return value.map(withoutCircumstances)
  const kept: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) if (!circumstances.has(name)) kept[name] = withoutCircumstances(field)
  return kept
}

/** 行指纹 — SHA-256 over all collections by name and their rows by key. The same history has the same hash, whenever and in whatever
    order of files it was told, and on whatever store. Nothing is believed but the rows. */
export async function hashOfRows(store: ReadStore): Promise<string> {
  const hash = createHash('sha256')
  for (const collection of [...store.collections()].sort()) {
    hash.update(`${canonical({ collection })}\n`)
    for await (const rows of store.scan(collection)) {
      let lines = ''
      for (const { key, row } of rows) lines += `${canonical([key, withoutCircumstances(row)])}\n`
      hash.update(lines)
    }
  }
  return hash.digest('hex')
}

/** The same, over the files that serve in this folder. */
export async function hashOfServing(dir: string): Promise<string> {
  const store = openReadStore(dir)
  try {
    return await hashOfRows(store)
  } finally {
    await store.close()
  }
}

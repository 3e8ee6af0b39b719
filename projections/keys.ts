import { z } from 'zod'
import { identityEvents, type IdentityEvent } from '../domain/identity/events.ts'
import type { Projection } from './kernel.ts'

const KeyRow = z.strictObject({ ...identityEvents.KeyBound.schema.shape, locked: z.boolean() })
type KeyRow = z.infer<typeof KeyRow>

/** 钥匙 — whose each is, and at which terminal. One that was bound after fewer `moves` than its holder has by now counts as locked too. */
export const keys: Projection<KeyRow, IdentityEvent> = {
  name: 'keys',
  version: 1,
  row: KeyRow,
  order: 'business',
  key: ({ type, data }) => type === 'KeyBound' || type === 'KeyLocked' || type === 'KeyUnlocked' ? data.key : [],
  indexes: ['person', 'terminal', 'locked'],
  on: {
    KeyBound: (_, { data }) => ({ ...data, locked: false }),
    KeyLocked: (row) => row && { ...row, locked: true },
    KeyUnlocked: (row) => row && { ...row, locked: false },
  },
}

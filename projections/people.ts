import { z } from 'zod'
import { identityEvents, type IdentityEvent } from '../domain/identity/events.ts'
import { platformEvents, type PlatformEvent } from '../domain/platform/events.ts'
import type { Projection } from './kernel.ts'

export const PersonRow = z.strictObject(identityEvents.PersonEnrolled.schema.shape)
export type PersonRow = z.infer<typeof PersonRow>

/** 人员 — who works here; names are joined to ids at reading time. */
export const people: Projection<PersonRow, IdentityEvent> = {
  name: 'people',
  version: 1,
  row: PersonRow,
  order: 'business',
  key: ({ data }) => data.person,
  indexes: ['department', 'hall'],
  on: { PersonEnrolled: (_, { data }) => data },
}

export const HallRow = z.strictObject(platformEvents.HallOpened.schema.shape)
export type HallRow = z.infer<typeof HallRow>

/** 大厅 */
export const halls: Projection<HallRow, PlatformEvent> = {
  name: 'halls',
  version: 1,
  row: HallRow,
  order: 'business',
  key: (fact) => fact.type === 'HallOpened' ? fact.data.hall : [],
  indexes: ['kind'],
  on: { HallOpened: (_, { data }) => data },
}

import { z } from 'zod'
import { identityEvents, type IdentityEvent } from '../domain/identity/events.ts'
import type { Projection } from './kernel.ts'

const OrganisationRow = z.strictObject({ ...identityEvents.OrganisationEstablished.schema.shape, closed: z.literal(true).optional() })
type OrganisationRow = z.infer<typeof OrganisationRow>

/** 组织 — regions, departments and offices, halls and windows, each with what it stands below. */
export const organisations: Projection<OrganisationRow, IdentityEvent> = {
  name: 'organisations',
  version: 1,
  row: OrganisationRow,
  order: 'business',
  key: ({ type, data }) => type === 'OrganisationEstablished' || type === 'OrganisationRenamed' || type === 'OrganisationClosed' ? data.organisation : [],
  indexes: ['kind', 'parent', 'division'],
  on: {
    OrganisationEstablished: (_, { data }) => data,
    OrganisationRenamed: (row, { data: { name } }) => row && { ...row, name },
    OrganisationClosed: (row) => row && { ...row, closed: true },
  },
}

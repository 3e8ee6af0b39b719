import { z } from 'zod'
import { identityEvents, type IdentityEvent } from '../domain/identity/events.ts'
import type { Projection } from './kernel.ts'

const { applicant, name } = identityEvents.ApplicantRegistered.schema.shape
export const ApplicantRow = z.strictObject({ applicant, name })
export type ApplicantRow = z.infer<typeof ApplicantRow>

/** 登记的申请人 — who may sign in as a citizen; the name stays sealed. */
export const applicants: Projection<ApplicantRow, IdentityEvent> = {
  name: 'applicants',
  version: 1,
  row: ApplicantRow,
  order: 'business',
  key: ({ type, data }) => type === 'ApplicantRegistered' ? data.applicant : [],
  indexes: [],
  on: { ApplicantRegistered: (_, { data: { applicant, name } }) => ({ applicant, ...(name !== undefined && { name }) }) },
}

import { decider, refuse } from '../../kernel/decider.ts'
import { isOrganisationCode, residentNumber } from '../../kernel/numbers.ts'
import type { IdentityCommand, IdentityEvent } from '../events.ts'
import type { HolderReference } from './key.ts'

type Register = Extract<IdentityCommand, { type: 'RegisterApplicant' }>
type Registered = Extract<IdentityEvent, { type: 'ApplicantRegistered' }>

/** As it is kept; undefined where it looks like a resident's number and cannot be one. A firm's code may be of digits alone, and begins with none of nought. */
const numberKept = (said: string) => /^\d{17}[\dXx]$/.test(said) && (said.startsWith('0') || !isOrganisationCode(said)) ? residentNumber(said) : said

/** 申请人登记 — what they say of themselves is sealed; the id is the house's and says nothing. */
export const applicantDecider = decider<{ registered: boolean }, Register, Registered, { holder: HolderReference }>()({
  needs: { RegisterApplicant: { holder: (_state, _data, id) => ({ id }) } },
  initial: { registered: false },
  evolve: () => ({ registered: true }),
  answers: {
    RegisterApplicant({ registered }, data, { id, by, holder }) {
      if (registered) return refuse('already-registered')
      if (data.applicant !== id) return refuse('another-applicant')
      if (holder) return refuse('id-of-an-official')
      // At a window nobody is registered unseen.
      if (by.role === 'window-clerk' && (data.document === undefined || data.name === undefined || data.number === undefined)) return refuse('document-not-shown')
      if (data.number === undefined) return [{ type: 'ApplicantRegistered', data }]
      const number = numberKept(data.number)
      return number === undefined ? refuse('not-a-resident-number') : [{ type: 'ApplicantRegistered', data: { ...data, number } }]
    },
  },
})

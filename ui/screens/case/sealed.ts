import type { CaseView } from '../../../projections/views.ts'

/** As the house names what is sealed in a case, and opens it. */
const fields = ['applicantName', 'applicantNumber', 'agentName', 'form']
/** 封存的栏 that this case has. */
export const sealedIn = ({ facts }: CaseView): string[] => fields.filter((field) => facts.some(({ data }) => data[field] !== undefined))

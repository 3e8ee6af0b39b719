import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { identityEvents, type IdentityEvent } from '../domain/identity/events.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import { isOrganisationCode, residentNumber } from '../domain/kernel/numbers.ts'
import { Day, isSealed, type Sealed } from '../domain/kernel/values.ts'
import type { CaseRow } from '../projections/cases.ts'
import { standingOf, type Standing } from './access/standing.ts'
import { countAny, findAny } from './access/finding.ts'
import { shown } from './case-reading.ts'
import { directory } from './naming.ts'
import { looked } from './privacy/looks.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'

/** 找到的申请人 as a clerk sees them before the document is looked at: masked; `name` in full of the one that was opened. */
type Found = {
  applicant: string; kind: 'person' | 'organisation'; masked: string; number?: string; phone?: string; registered: boolean; name?: string
  /** At this clerk's halls, newest first; `all`: how many there are. */
  cases: { id: string; caseNo: string; itemName: string; stage: string; openedAt: string; open: boolean }[]; all: number
}
type Kind = 'resident-number' | 'organisation-code' | 'phone' | 'name'
/** `number`: a number as it is kept. `more`: others of that name whom this answer leaves out. */
export type ApplicantsFound = { kind: Kind; number?: string; applicants: Found[]; more: boolean }

export const Finding = z.strictObject({ text: z.string().trim().min(2).max(100), open: z.string().min(1).max(64).optional() })
const most = 8, casesShown = 5
const registration = 'identity-applicant.'

const wrong = (code: string, zh: string, en: string) => new Unanswerable(422, code, zh, en, { field: 'text' })
/** 号码核对 — what was said, told apart by its shape; a number whose check is wrong is answered so, and nobody is looked for. */
export function numberSaid(text: string): { kind: ApplicantsFound['kind']; said: string } {
  const said = text.normalize('NFKC').trim().toUpperCase()
  if (/^[0-9A-Z]{18}$/.test(said)) {
    // A firm's code may be of digits alone; where a day of birth stands in it, it is a person's. None begins with nought.
    const born = /^\d{6}(\d{4})(\d\d)(\d\d)\d{3}[\dX]$/.exec(said), isBorn = born !== null && Day.safeParse(born.slice(1).join('-')).success
    if (!isBorn && !said.startsWith('0') && isOrganisationCode(said)) return { kind: 'organisation-code', said }
    if (!/^\d{17}[\dX]$/.test(said)) throw wrong('not-an-organisation-code', '统一社会信用代码的校验码不对', 'The check character of the organisation code is wrong')
    const number = residentNumber(said)
    if (number === undefined) throw wrong('not-a-resident-number', '公民身份号码的出生日期或校验码不对', 'The day of birth or the check digit of the resident number is wrong')
    return { kind: 'resident-number', said: number }
  }
  if (/^\d{13,17}X?$|^\d{19,}$/.test(said)) throw wrong('number-of-another-length', '身份号码是 18 位，手机号是 11 位', 'A resident number has 18 digits, a mobile number 11')
  return { kind: /^\+?\d[\d -]{4,18}$/.test(said) ? 'phone' : 'name', said: text.normalize('NFKC').trim() }
}

/** What they said of themselves when they registered. */
async function registrationOf({ book }: Rooms, applicant: string) {
  const fact = (await book.readStream(`${registration}${applicant}`)).find(({ type }) => type === 'ApplicantRegistered')
  return fact && read(identityEvents, fact as Recorded<Extract<IdentityEvent, { type: 'ApplicantRegistered' }>>, fact.meta.version).data
}
const hallsOf = ({ grants }: Standing) => grants.filter(({ role }) => role === 'window-clerk')
/** Cases of somebody at the halls of a clerk. */
async function casesAt(rooms: Rooms, who: Standing, applicantId: string) {
  const wheres = hallsOf(who).flatMap(({ scope, of }) => scope === 'region' ? [{ applicantId }] : of === undefined ? [] : [{ applicantId, hall: of }])
  if (wheres.length === 0) return { all: 0, cases: [] }
  const { itemName } = await directory(rooms), [{ rows }, all] = await Promise.all([
    findAny(rooms.rows, 'cases', { order: '-openedAt', limit: casesShown }, wheres), countAny(rooms.rows, 'cases', wheres)])
  return { all, cases: rows.map(({ row }) => row as unknown as CaseRow).map(({ id, caseNo, itemCode, stage, openedAt, open }) =>
    ({ id, caseNo, itemName: itemName.get(itemCode) ?? itemCode, stage, openedAt, open })) }
}
const newestOf = async ({ rows }: Rooms, applicantId: string) =>
  (await rows.find('cases', { where: { applicantId }, order: '-openedAt', limit: 1 })).rows[0]?.row as CaseRow | undefined
const plain = async (rooms: Rooms, value: Sealed | string | undefined, field: string, full = false) =>
  value === undefined ? undefined : shown(rooms, value, field, full ? { names: true } : {})

async function foundAs(rooms: Rooms, who: Standing, applicant: string, open: boolean): Promise<Found | undefined> {
  const [said, newest, at] = await Promise.all([registrationOf(rooms, applicant), newestOf(rooms, applicant), casesAt(rooms, who, applicant)])
  if (newest?.organisation !== undefined) return {
    applicant, kind: 'organisation', masked: newest.organisation, number: applicant, registered: said !== undefined, name: newest.organisation, ...at,
  }
  const name = said?.name ?? newest?.applicantName
  if (name === undefined) return undefined
  const [masked, number, phone, full] = await Promise.all([plain(rooms, name, 'name'),
    plain(rooms, said?.number, 'number'), plain(rooms, said?.phone, 'phone'), open ? plain(rooms, name, 'name', true) : undefined])
  // What is gone or under lock is nobody to go on with.
  if (isSealed(name) && await rooms.keys.open(name) === undefined) return undefined
  return {
    applicant, kind: 'person', masked: masked!, registered: said !== undefined, ...(number !== undefined && { number }), ...(phone !== undefined && { phone }),
    ...(full !== undefined && { name: full }), ...at,
  }
}

/** Ids of all who answer to it, those who registered first. */
async function idsOf(rooms: Rooms, { kind, said }: ReturnType<typeof numberSaid>): Promise<string[]> {
  if (kind === 'organisation-code') return await newestOf(rooms, said) ? [said] : []
  const { registered, cases } = await rooms.blind.applicantsOf(said)
  await rooms.caughtUp((await rooms.book.head()).position)
  const rows = await Promise.all(cases.slice(0, 500).map((id) => rooms.rows.get('cases', id) as Promise<CaseRow | undefined>))
  const firms = kind === 'name' ? (await rooms.rows.find('cases', { where: { organisation: said }, limit: 200 })).rows.map(({ row }) => row as unknown as CaseRow) : []
  return [...new Set([...registered, ...[...rows, ...firms].flatMap((row) => row?.applicantId ?? [])])]
}

/** 找申请人 — by exact name, telephone or number; every one of them is told that they were looked for. */
export async function findApplicants(rooms: Rooms, who: Standing, { text, open }: z.infer<typeof Finding>): Promise<ApplicantsFound> {
  const asked = numberSaid(text), ids = await idsOf(rooms, asked)
  const wanted = open === undefined ? ids.slice(0, most) : ids.filter((id) => id === open)
  const applicants = (await Promise.all(wanted.map((id) => foundAs(rooms, who, id, id === open)))).filter((one) => one !== undefined)
  const persons = applicants.filter(({ kind }) => kind === 'person')
  await looked(rooms, who, 'search', [...persons.map(({ applicant }) => registration + applicant), ...applicants.flatMap(({ cases }) => cases.map(({ id }) => id))])
  const opened = persons.filter(({ name }) => name !== undefined)
  for (const { applicant } of opened) await looked(rooms, who, 'opened', [registration + applicant],
    { as: 'window-clerk', about: [applicant], purpose: '窗口收件核对身份', fields: ['applicantName'] })
  return { kind: asked.kind, ...(asked.kind !== 'name' && asked.kind !== 'phone' && { number: asked.said }), applicants, more: open === undefined && ids.length > most }
}

/** POST /api/window/find — a name or number stands in no address. */
export const findingRoute = (app: FastifyInstance, rooms: Rooms) =>
  app.post<{ Body: z.infer<typeof Finding> }>('/api/window/find', { schema: { body: Finding }, config: { access: ['window-clerk'], looks: true } }, async (request, reply) =>
    reply.header('Cache-Control', 'no-store').send(await findApplicants(rooms, standingOf(request), request.body)))

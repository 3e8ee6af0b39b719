import { isProblem, type Problem } from '../../client.ts'
import { answersOf } from '../../forms.ts'
import { house } from '../../house.svelte.ts'
import { asks } from './asks.ts'
import type { Intake } from './intake.svelte.ts'
import { askedOf, receiptOf } from './materials.ts'

export type Outcome = 'accept' | 'supplement' | 'refuse' | 'supplied'
/** 意图 — kept with what has been said already. `begun`: the application has gone out, whether or not an answer came. */
export type Intent = {
  outcome: Outcome; id?: string; begun?: true; done: string[]; received?: string; receivedAt?: string
  refusal?: { reasonCode: string; reason: string; basis: string; remedies: string; rightOrgan?: string }
}
const steps = {
  accept: ['number', 'submit', 'upload', 'receipt', 'attach', 'accept', 'notice'], supplement: ['number', 'submit', 'upload', 'receipt', 'attach', 'supplement', 'notice'],
  refuse: ['number', 'submit', 'upload', 'receipt', 'attach', 'refuse', 'notice'], supplied: ['upload', 'supplied', 'attach', 'accept', 'notice'],
} as const satisfies Record<Outcome, readonly string[]>
type Step = typeof steps[Outcome][number]
export const noticeOf = { accept: 'acceptance', supplied: 'acceptance', supplement: 'supplement', refuse: 'non-acceptance' } as const
type Going = { intake: Intake; intent: Intent; files: ReadonlyMap<string, File> }
type Wrong = Problem | undefined

/** FNV-1a: by what is said, where the same thing may be said in other words. */
const markOf = (text: string) => [...text].reduce((hash, char) => Math.imul(hash ^ char.codePointAt(0)!, 0x01000193), 0x811c9dc5) >>> 0
/** Every saying has a key that follows from the base of the intake, which was kept before anything was said: whatever of the rest was lost with the page, it
    is the same saying. */
const keyOf = ({ base }: Intake, name: string) => `${base ?? ''} ${name}`
const wrongIn = (answer: object): Wrong => isProblem(answer) ? answer : undefined
const told = async ({ intake, intent }: Going, name: string, command: string, body: object): Promise<Wrong> => wrongIn(await asks.say(intent.id!, command, body, keyOf(intake, name)))

function application({ applicant, agent, withAgent, item, form, licenceNo, expiresOn }: Intake) {
  const answers = item && answersOf(item.form, form)
  return {
    itemCode: item!.code, hall: house.view?.person?.hall ?? '', channel: 'window', applicantId: applicant!.id,
    ...(applicant!.kind === 'organisation' ? { organisation: applicant!.name } : { applicantName: applicant!.name, ...(applicant!.number !== undefined && { applicantNumber: applicant!.number }) }),
    ...(withAgent && agent && { agentId: agent.id, agentName: agent.name }), ...(answers && Object.keys(answers).length > 0 && { form: answers }),
    ...(item?.renewal && licenceNo.trim() && { renews: { licenceNo: licenceNo.trim(), expiresOn } }),
  }
}
const acts: Record<Step, (going: Going) => Promise<Wrong>> = {
  async number({ intake, intent }) {
    const answer = await asks.number(keyOf(intake, 'number'))
    if (!isProblem(answer)) intent.id = answer.number
    return wrongIn(answer)
  },
  async submit(going) {
    const { intake, intent } = going
    intent.begun = true
    const wrong = await told(going, 'submit', 'submit-application', application(intake))
    if (wrong?.code !== 'already-submitted') return wrong
    // Somebody else has come by this number: another is asked for, and this saying has done nothing.
    intake.base = crypto.randomUUID()
    return await acts.number(going) ?? told(going, 'submit', 'submit-application', application(intake))
  },
  async upload({ intake, intent, files }) {
    for (const { files: filed } of intake.materials) for (const one of filed) {
      if (one.blob !== undefined) continue
      const file = files.get(one.key)
      if (!file) { one.lost = true; return { status: 409, code: 'file-lost' } }
      const answer = await asks.upload(intent.id!, file)
      if (isProblem(answer)) return answer
      Object.assign(one, answer)
    }
    return undefined
  },
  async receipt(going) {
    const { intake, intent } = going, list = receiptOf(intake.materials), said = JSON.stringify(list)
    if (list.length === 0 || intent.received === said) return undefined
    const { receivedAt } = intent, wrong = await told(going, `receipt ${markOf(said + (receivedAt ?? ''))}`, 'register-receipt', { list, ...(receivedAt !== undefined && { happenedAt: receivedAt }) })
    if (!wrong) intent.received = said
    return wrong
  },
  async attach(going) {
    for (const { files } of going.intake.materials) for (const one of files) {
      if (one.attached || one.blob === undefined) continue
      const { name, blob, mediaType, bytes } = one, mark = blob.slice('sha256:'.length, 23), wrong = await told(going, `attach ${mark}`, 'attach-document', { number: mark, name, blob, mediaType, bytes })
      if (wrong) return wrong
      one.attached = true
    }
    return undefined
  },
  supplied: (going) => told(going, 'supplied', 'submit-supplement', { materials: going.intake.began?.asked ?? [] }),
  accept: (going) => told(going, 'accept', 'accept-case', {}),
  supplement: (going) => told(going, 'supplement', 'request-supplement', { asked: askedOf(going.intake.materials) }),
  refuse: (going) => told(going, 'refuse', 'refuse-acceptance', going.intent.refusal ?? {}),
  notice: (going) => told(going, 'notice', 'send-notice', { number: noticeOf[going.intent.outcome], kind: noticeOf[going.intent.outcome], channel: 'window' }),
}
/** Looked at again each time, for what they say may have changed since: what was said already they say no more. */
const anew: readonly Step[] = ['upload', 'receipt', 'attach']

/** 办理次序 — one after the other, from where it stopped; the first thing that goes wrong, or nothing. */
export async function course(intake: Intake, files: ReadonlyMap<string, File>, at: (step: Step) => void): Promise<Wrong> {
  const intent = intake.intent!, going = { intake, intent, files }
  for (const step of steps[intent.outcome]) {
    if (intent.done.includes(step) && !anew.includes(step)) continue
    at(step)
    const wrong = await acts[step](going)
    if (wrong) return wrong
    if (!intent.done.includes(step)) intent.done.push(step)
  }
  return undefined
}

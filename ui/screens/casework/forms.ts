/** 一栏 of what is said: how it is asked for. `choice` and `days` are of what the platform would hear; `names` takes several of those offered. */
export type Field = { name: string; kind: 'opinion' | 'text' | 'line' | 'number' | 'money' | 'choice' | 'person' | 'names' | 'asked' | 'list' | 'fact'; optional?: true; most?: number; when?: (value: Said) => boolean; usual?: true }
export type Said = Record<string, string | string[] | Row[]>
export type Row = { [name: string]: string }

const opinion: Field = { name: 'opinion', kind: 'opinion', most: 2000 }, reason: Field = { name: 'reason', kind: 'text', most: 2000 }, basis: Field = { name: 'basis', kind: 'line', most: 2000 }
const result: Field = { name: 'result', kind: 'choice' }, remedies: Field = { name: 'remedies', kind: 'text', most: 2000, usual: true }
const refusing = ({ result }: Said) => result === 'refuse'
const pick = (name: string): Field => ({ name, kind: 'choice' }), line = (name: string, most = 200): Field => ({ name, kind: 'line', most })

/** 各命令要填的 — in the order of the form; what is not in this table is said without words. */
export const forms: Readonly<Record<string, readonly Field[]>> = {
  'complete-handling': [opinion], 'review-case': [result, opinion], 'approve-case': [result, opinion], 'report-up': [opinion], 'pre-review': [result, opinion],
  'give-sub-opinion': [pick('subCase'), result, opinion],
  'decide-case': [result, { ...reason, when: refusing }, { ...basis, when: refusing }, { ...remedies, when: refusing }],
  'refuse-acceptance': [pick('reasonCode'), { ...line('rightOrgan'), when: ({ reasonCode }) => reasonCode === 'not-our-competence' }, reason, basis, remedies],
  'return-case': [reason], 'send-back': [pick('to'), reason], 'withdraw-application': [{ ...reason, optional: true }], 'urge-case': [{ ...reason, optional: true }], 'terminate-case': [reason, basis],
  'request-supplement': [{ name: 'asked', kind: 'asked' }], 'submit-supplement': [{ name: 'materials', kind: 'names' }], 'register-receipt': [{ name: 'list', kind: 'list' }],
  'correct-on-spot': [line('material'), { name: 'what', kind: 'text', most: 2000 }],
  'start-special-procedure': [pick('kind'), { name: 'plannedWorkingDays', kind: 'number', most: 250 }, { name: 'approver', kind: 'person' }],
  'end-special-procedure': [{ name: 'result', kind: 'text', most: 2000 }], 'extend-limit': [pick('workingDays'), { name: 'approver', kind: 'person' }, reason],
  'notify-third-party': [{ name: 'interest', kind: 'text', most: 2000 }, { name: 'parties', kind: 'number', most: 10_000 }],
  'open-sub-case': [pick('department')], 'record-superior-decision': [result, line('documentNo', 100), { ...reason, optional: true }],
  'complete-step': [line('step')], 'send-notice': [pick('kind'), pick('channel')], 'assess-fee': [pick('standardId')],
  'charge-fee': [pick('standardId'), { name: 'amountFen', kind: 'money' }, line('receiptNo', 64)], 'refund-fee': [{ name: 'amountFen', kind: 'money' }, reason, { ...line('receiptNo', 64), optional: true }],
  'deliver-result': [pick('method')], 'publish-decision': [line('where', 400)], 'archive-case': [line('archiveNo', 100)],
  'correct-record': [{ name: 'target', kind: 'fact' }, reason, { name: 'correct', kind: 'text', most: 2000 }],
}
/** Said under a number of one's own, so that the same words twice are one fact. */
const numbered = ['correct-on-spot', 'notify-third-party', 'complete-step', 'urge-case', 'send-notice', 'assess-fee', 'charge-fee', 'refund-fee', 'correct-record']
const numeric = ['plannedWorkingDays', 'workingDays', 'parties', 'subCase', 'target']
/** What cannot be taken back is confirmed by pressing what says it; these end a case, and are kept apart. */
export const ending = ['terminate-case', 'withdraw-application', 'return-case', 'refuse-acceptance']

export const fieldsOf = (command: string, value: Said) => (forms[command] ?? []).filter(({ when }) => !when || when(value))
const isEmpty = (value: Said[string] | undefined) => value === undefined || (typeof value === 'string' ? value.trim() === '' : value.length === 0)
const fen = (text: string) => /^\d{1,10}(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text) * 100) : NaN

/** What is wrong with a form, by field. */
export function wrongIn(command: string, value: Said): Record<string, 'required' | 'tooMuch' | 'notANumber'> {
  const found: Record<string, 'required' | 'tooMuch' | 'notANumber'> = {}
  for (const { name, kind, optional, most } of fieldsOf(command, value)) {
    const said = value[name]
    if (isEmpty(said)) { if (!optional) found[name] = 'required'; continue }
    if (kind === 'number' && !(Number.isInteger(Number(said)) && Number(said) > 0 && Number(said) <= (most ?? Infinity))) found[name] = 'notANumber'
    else if (kind === 'money' && Number.isNaN(fen(String(said)))) found[name] = 'notANumber'
    else if (typeof said === 'string' && most !== undefined && said.length > most) found[name] = 'tooMuch'
    else if (kind === 'asked' && (said as Row[]).some(({ material, reason, basis }) => !material?.trim() || !reason?.trim() || !basis?.trim())) found[name] = 'required'
  }
  return found
}
/** As the platform hears it. */
export function bodyOf(command: string, value: Said, number: string): object {
  const said = fieldsOf(command, value).flatMap(({ name, kind }): [string, unknown][] => {
    const one = value[name]
    if (isEmpty(one)) return []
    if (kind === 'list') return [[name, (one as Row[]).map(({ name, pages }) => ({ name, pages: Number(pages) || 0 }))]]
    if (typeof one !== 'string') return [[name, one]]
    return [[name, kind === 'money' ? fen(one) : numeric.includes(name) ? Number(one) : one.trim()]]
  })
  return { ...Object.fromEntries(said), ...(numbered.includes(command) && { number }) }
}

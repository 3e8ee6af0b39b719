import { hash } from 'node:crypto'
import type { EventLog } from '../../domain/kernel/ports.ts'
import type { Fact, Told } from '../../domain/kernel/events.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { dayAfter, instantOf } from '../../domain/kernel/zones.ts'

/** 试验用的事实 — cases as a county's hall tells them: the same words, lengths and number of facts, from numbers alone. */
export const benchZone = 'Asia/Shanghai'
export const departments = ['市场监督管理局', '卫生健康局', '自然资源和规划局', '住房和城乡建设局', '公安局', '民政局', '交通运输局', '农业农村局']
const firstDay = '2026-01-05' as Day
const pinned = { itemVersion: 1, calendarVersion: 30, promisedWorkingDays: 10, statutoryWorkingDays: 20, flow: ['handling', 'reviewing', 'approving'] }
export const department = (n: number) => departments[(n + Math.floor(n / 10)) % departments.length]!
const officer = (n: number, of: number) => `p-${String((n * 7 + of * 13) % 200).padStart(3, '0')}`
export const caseName = (n: number) => `20260105-${String(n).padStart(7, '0')}`

/** The life of the nth case; every tenth is still open, with two facts. */
export function lifeOf(n: number): Fact[] {
  const on = dayAfter(firstDay, n % 200), end = dayAfter(on, 6)
  const submitted = { type: 'ApplicationSubmitted', data: { caseNo: caseName(n), itemCode: `MJ-${String(n % 60).padStart(4, '0')}`, hall: 'H-1', channel: n % 3 ? 'window' : 'online',
    applicantId: `a-${n}`, zone: benchZone, department: department(n), receivedOn: on, pinned } }
  const accepted = { type: 'CaseAccepted', data: { acceptedOn: on, promisedDueOn: dayAfter(on, 14), statutoryDueOn: dayAfter(on, 28), pinned, by: officer(n, 0) } }
  if (n % 10 === 0) return [submitted, accepted]
  return [
    submitted, accepted,
    { type: 'HandlingCompleted', data: { opinion: '经现场核查，材料与实际相符，同意上报审核。', by: officer(n, 1) } },
    { type: 'ReviewCompleted', data: { opinion: '材料属实，程序合规，同意。', result: 'pass', by: officer(n, 2) } },
    { type: 'ApprovalGiven', data: { opinion: '同意。', result: 'pass', by: officer(n, 3) } },
    { type: 'LicenceGranted', data: { by: officer(n, 3) } },
    { type: 'CaseConcluded', data: { resultCode: 'granted', concludedOn: end, by: officer(n, 1) } },
    { type: 'ResultDelivered', data: { method: 'window', deliveredOn: end, by: officer(n, 0) } },
  ]
}

export const told = (stream: string, index: number, { type, data }: Fact, recordedAt: Instant): Told => ({ type, data, meta: {
  id: hash('sha256', `${stream} ${index}`, 'hex').slice(0, 32), version: 1, recordedAt, region: '422822', cause: `bench ${index}`,
  // At as many machines as a county's halls have: what is said at one of them within an hour is one row.
  actor: { person: 'p-007', role: 'handler', department: '市场监督管理局', terminal: `T-${Math.trunc(Number(stream.slice(-3)) || 0) % 500}` } } })

const atOnce = 200
/** 在办 — so many cases with their first two facts, through the port. */
export async function fillOpen(book: EventLog, cases: number, from: Instant): Promise<void> {
  let next = 0
  const client = async () => {
    for (let n = next++; n < cases; n = next++) {
      const stream = `cases-${caseName(n)}`, recordedAt = instantOf(Date.parse(from) + n)
      if (await book.append(stream, 0, lifeOf(n).slice(0, 2).map((fact, i) => told(stream, i, fact, recordedAt))) === 'revision-conflict') throw new Error('a conflict in a new stream')
    }
  }
  await Promise.all(Array.from({ length: atOnce }, client))
}

/** Tells whole cases through the port, a millisecond apart, until as many facts stand as wanted; answers how many were acknowledged. */
export async function fill(book: EventLog, facts: number, from: Instant): Promise<{ facts: number; cases: number }> {
  let acknowledged = 0, cases = 0
  const client = async () => {
    while (acknowledged < facts) {
      const n = cases++, stream = `cases-${caseName(n)}`, recordedAt = instantOf(Date.parse(from) + n)
      const life = lifeOf(n).map((fact, i) => told(stream, i, fact, recordedAt))
      const answer = await book.append(stream, 0, life)
      if (answer === 'revision-conflict') throw new Error('a conflict in a new stream')
      acknowledged += life.length
    }
  }
  await Promise.all(Array.from({ length: atOnce }, client))
  return { facts: acknowledged, cases }
}

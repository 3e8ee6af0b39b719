import { hash } from 'node:crypto'
import { isRefusal } from '../../domain/kernel/decider.ts'
import type { Day } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import type { PrivacyEvent } from '../../domain/privacy/events.ts'
import { erasureOf } from '../../domain/privacy/erasure.ts'
import { privacy } from '../../domain/privacy/index.ts'
import type { CaseRow } from '../../projections/cases.ts'
import type { ErasureRow } from '../../projections/erasures.ts'
import { pageLimit } from '../../projections/read-store.ts'
import { policy, type Rooms } from '../rooms.ts'
import { load } from '../tell.ts'
import { accessCodeOf } from '../window-codes.ts'

const dayMs = 86_400_000, everyMs = 60_000
const daysAfter = (day: string, days: number) => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10) as Day
type Plan = { erased: string[]; restricted: { matter: string; until?: Day }[] }

/** 保存 — until when a matter is kept: while its case is open, nobody knows. What is no case is kept for nobody. */
async function keptUntil(rooms: Rooms, matter: string, retentionDays: number): Promise<{ until?: Day } | undefined> {
  if (!matter.startsWith('cases-')) return undefined
  const row = await rooms.rows.get('cases', matter.slice('cases-'.length)) as CaseRow | undefined
  if (!row) return undefined
  if (row.open) return {}
  const until = daysAfter(row.endedOn ?? dayIn(rooms.founding.zone, row.endedAt ?? rooms.now()), retentionDays)
  return dayIn(rooms.founding.zone, rooms.now()) < until ? { until } : undefined
}
/** Every matter in which something of theirs is sealed, and every case that is theirs: what was handed in is sealed too. */
async function mattersOf({ keys, rows }: Rooms, subject: string): Promise<string[]> {
  const cases = await Promise.all(['applicantId', 'agentId'].map((field) => rows.keys('cases', { [field]: subject }, pageLimit)))
  return [...new Set([...await keys.matters(subject), ...cases.flat().map((id) => `cases-${id}`)])].sort()
}

/** 执行删除 of one person: nothing of it opens from the first step on, then it is said, then the keys go. A crash between any two is made good at the next start. */
async function carryOut(rooms: Rooms, subject: string): Promise<void> {
  await rooms.caughtUp((await rooms.book.head()).position)
  const facts = await load(rooms.book, privacy, `privacy-${subject}`) as unknown as PrivacyEvent[], state = erasureOf(facts)
  const decided = facts.findLast((fact) => fact.type === 'ErasureDecided' && fact.data.decision === 'grant')
  if (!state.granted || decided?.type !== 'ErasureDecided') return
  const plan: Plan = { erased: [], restricted: [] }
  // Once it has been carried out, it is the restricted ones alone that go on: what somebody applied for since was not asked to be forgotten.
  for (const matter of state.carried ? Object.keys(state.restricted) : await mattersOf(rooms, subject)) {
    if (state.erased.includes(matter)) continue
    const kept = await keptUntil(rooms, matter, decided.data.retentionDays)
    if (kept) plan.restricted.push({ matter, ...kept })
    else plan.erased.push(matter)
  }
  for (const matter of [...plan.erased, ...plan.restricted.map((one) => one.matter)]) await rooms.keys.restrict(subject, matter)
  const key = `erase ${hash('sha256', JSON.stringify([facts.length, plan]), 'hex')}`
  const answer = await rooms.tell({ context: privacy, id: subject, by: policy, key, command: { type: 'EraseMatters', data: plan } })
  if (isRefusal(answer) || 'stale' in answer) throw new Error(`the erasure of ${subject} was not told`)
  for (const matter of plan.erased) await rooms.keys.forget(subject, matter)
  forgetSignIn(rooms, subject, plan.erased)
}
/** Who is not registered any more signs in with nothing, and a case that is erased is followed by nobody. */
function forgetSignIn({ credentials }: Rooms, subject: string, erased: readonly string[]) {
  for (const matter of erased) if (matter.startsWith('cases-')) credentials?.forget(accessCodeOf(matter.slice('cases-'.length)))
  if (erased.includes(`identity-applicant.${subject}`)) credentials?.forget(subject)
}
/** 忘记 — keeps what was decided: carries out what has been granted, lets go what has been kept long enough, and, at every start, makes sure that what
    was erased or restricted still is, whatever copy of the keys has been put back. */
export function erasing(rooms: Rooms, onError: (error: unknown) => void) {
  let work: Promise<void> = Promise.resolve(), closed = false
  const rows = async (where?: { waiting: boolean }): Promise<ErasureRow[]> => {
    const found: ErasureRow[] = []
    if (!rooms.rows.collections().includes('erasures')) return found // of a house that is older than they are: they are being built
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await rooms.rows.find('erasures', { ...(where && { where }), limit: pageLimit, ...(after !== undefined && { after }) })
      found.push(...page.rows.map(({ row }) => row as ErasureRow))
      after = page.next
    }
    return found
  }
  const inTurn = (job: () => Promise<void>) => work = work.then(() => closed ? undefined : job()).catch(onError)
  const due = ({ restricted, state }: ErasureRow) => state === 'granted' || restricted.some(({ until }) => until === undefined || until <= dayIn(rooms.founding.zone, rooms.now()))
  const sweep = async () => { for (const row of (await rows({ waiting: true })).filter(due)) await carryOut(rooms, row.subject) }
  const again = async () => {
    for (const { subject, erased, restricted } of await rows()) {
      for (const matter of erased) if (await rooms.keys.standing(subject, matter) !== 'gone') await rooms.keys.forget(subject, matter)
      forgetSignIn(rooms, subject, erased)
      for (const { matter } of restricted) await rooms.keys.restrict(subject, matter)
    }
  }
  // What the rows knew when the house was last closed, before anybody asks; the rest when they have caught up.
  const started = inTurn(again)
  void inTurn(async () => {
    await rooms.caughtUp((await rooms.book.head()).position)
    await again()
    await sweep()
  })
  const timer = setInterval(() => { void inTurn(sweep) }, everyMs)
  timer.unref()
  const stop = rooms.onTold(({ context, id, command }, facts) => {
    if (context.name === 'privacy' && command.type === 'DecideErasure' && facts.includes('ErasureDecided')) void inTurn(() => carryOut(rooms, id))
  })
  return {
    started,
    /** All that had been asked for by now is done. */
    settled: () => inTurn(sweep),
    async close() { closed = true; clearInterval(timer); stop(); await work },
  }
}

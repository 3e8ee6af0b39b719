import { calendarOf } from '../../domain/calendar/calendar.ts'
import { nationalFacts } from '../../domain/calendar/national.ts'
import type { Day, Instant } from '../../domain/kernel/values.ts'
import { dayAfter, instantIn } from '../../domain/kernel/zones.ts'
import { rulebook } from '../../domain/supervision/judge.ts'
import { dueEntry } from '../../domain/supervision/light.ts'
import { countyCase, countyNo, countyStages, countyTypes, dayOf, halls, itemDepartment, itemType, limitOf, officerDepartment, organisationName, today, todays } from './county.ts'
import { benchZone, departments } from './told.ts'

/** 问得到的 — every case of the county in a few bytes, out of its number alone: neither the book nor a row, nor what is asked of either, has a part in it. */
export type Strings = Readonly<Record<string, string>>
const calendar = calendarOf(nationalFacts, { knownAsOf: today, zone: benchZone, region: '422822' }), book = rulebook()
/** Of a clock that began on that day: since when it is due soon, and when it is due. */
function clocksBegun(now: Instant) {
  const known = new Map<number, { light: 'ok' | 'soon' | 'late'; dueAt: Instant }>()
  return (began: number, item: number) => {
    const key = began * 1_000 + limitOf(item), found = known.get(key)
    if (found) return found
    const clock = (name: 'promised' | 'statutory', times: number) => ({ name, kind: name, clause: '期限', basis: '条', startedOn: dayOf(began), limitWorkingDays: limitOf(item) * times, pauses: [] })
    const { soonAt, dueAt } = dueEntry({ subject: 'cases.x', department: '', itemCode: '', hall: '', zone: benchZone, imported: false, openedOn: dayOf(began), deeds: [], clocks: [clock('promised', 1), clock('statutory', 2)] }, book, { calendar }, now)
    const one = { dueAt: dueAt!, light: now > dueAt! ? 'late' : soonAt && now >= soonAt ? 'soon' : 'ok' } as const
    known.set(key, one)
    return one
  }
}
const stage = (name: typeof countyStages[number]) => countyStages.indexOf(name)

export function countyOracle(cases: number, now: Instant) {
  const began = new Int16Array(cases), ended = new Int16Array(cases), item = new Uint8Array(cases), hall = new Uint8Array(cases), at = new Uint8Array(cases)
  const accepter = new Uint8Array(cases), holder = new Int16Array(cases), organisation = new Int16Array(cases), applicant = new Int32Array(cases)
  for (let n = 0; n < cases; n++) {
    const one = countyCase(n, cases)
    began[n] = one.began; ended[n] = one.ended ?? -1; item[n] = one.item; hall[n] = one.hall; at[n] = one.stage
    accepter[n] = one.accepter; holder[n] = one.holder; organisation[n] = one.organisation ?? -1; applicant[n] = one.applicant
  }
  const clock = clocksBegun(now), isOpen = (n: number) => at[n]! < stage('Concluded'), isAccepted = (n: number) => at[n] !== stage('Submitted')
  const lightOf = (n: number) => !isOpen(n) ? 'done' : at[n] === stage('Suspended') ? 'hold' : isAccepted(n) ? clock(began[n]!, item[n]!).light : 'ok'
  const dueAtOf = (n: number) => isAccepted(n) && at[n] !== stage('Suspended') ? clock(began[n]!, item[n]!).dueAt : '9999'
  const weekEnds = instantIn(benchZone, dayAfter(today, 7 - (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7)), dayEnds = instantIn(benchZone, dayAfter(today))
  const falls = (n: number, before: Instant) => isOpen(n) && (lightOf(n) === 'ok' || lightOf(n) === 'soon') && dueAtOf(n) < before
  /** What a condition means, said of a number. */
  const tests: Record<string, (said: string) => (n: number) => boolean> = {
    hall: (said) => { const i = halls.indexOf(said as 'H-1'); return (n) => hall[n] === i },
    caseNo: (said) => { const i = Number(said.slice(said.indexOf('-') + 1)); return (n) => n === i },
    caseType: (said) => { const i = countyTypes.indexOf(said as 'JOINT'); return (n) => itemType(item[n]!) === i },
    stage: (said) => { const any = said.split(',').map((one) => countyStages.indexOf(one as 'Handled')); return (n) => any.includes(at[n]!) },
    light: (said) => (n) => lightOf(n) === said,
    overdue: () => (n) => lightOf(n) === 'late',
    department: (said) => { const i = departments.indexOf(said); return (n) => itemDepartment(item[n]!) === i },
    applicantId: (said) => { const i = Number(said.slice(2)); return said.startsWith('o-') ? (n) => organisation[n] === i : (n) => organisation[n] === -1 && applicant[n] === i },
    applicant: (said) => { const i = said.startsWith('a-') || said.startsWith('o-') ? -1 : Number(said.slice(organisationName(0).length - 1)); return i < 0 ? tests['applicantId']!(said) : (n) => organisation[n] === i },
    acceptedBy: (said) => { const i = Number(said.slice(2)); return (n) => isAccepted(n) && accepter[n] === i },
    item: (said) => { const i = Number(said.replace(/\D/g, '')); return (n) => item[n] === i },
    acceptedFrom: (said) => (n) => isAccepted(n) && dayOf(began[n]!) >= said,
    acceptedTo: (said) => (n) => isAccepted(n) && dayOf(began[n]!) <= said,
    holder: (said) => { const i = Number(said.slice(2)); return (n) => isOpen(n) && holder[n] === i },
    untaken: () => (n) => isOpen(n) && (holder[n]! < 0 || officerDepartment(holder[n]!) !== itemDepartment(item[n]!)),
    unaccepted: () => (n) => isOpen(n) && !isAccepted(n),
    due: (said) => (n) => falls(n, said === 'today' ? dayEnds : weekEnds),
    today: (said) => (n) => said === 'received' ? began[n] === todays : said === 'concluded' ? ended[n] === todays : ended[n] === todays && at[n] === stage('Delivered'),
  }
  const key = (n: number) => countyNo({ n, began: began[n]! })
  return {
    key, dueAtOf,
    acceptedOn: (n: number): Day | undefined => isAccepted(n) ? dayOf(began[n]!) : undefined,
    open: () => { let open = 0; for (let n = 0; n < cases; n++) if (isOpen(n)) open++; return open },
    /** All that meet it, in the order that was asked for. What was not accepted comes last. */
    found(asked: Strings): number[] {
      const { order = 'newest', ...words } = asked, all = Object.entries(words).map(([word, said]) => tests[word]!(said)), found: number[] = []
      for (let n = 0; n < cases; n++) if (all.every((is) => is(n)) && (order !== 'due' || isOpen(n))) found.push(n)
      if (order === 'due') return found.map((n) => [dueAtOf(n), n] as const).sort(([a, m], [b, n]) => a < b ? -1 : a > b ? 1 : m - n).map(([, n]) => n)
      const ways = order === 'newest' ? found.reverse() : found
      return [...ways.filter(isAccepted), ...ways.filter((n) => !isAccepted(n))]
    },
  }
}
export type CountyOracle = ReturnType<typeof countyOracle>

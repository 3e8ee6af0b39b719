import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { present, receiptCsv } from '../oracles/files.ts'
import { workingDaysBetween } from '../oracles/office-days.ts'
import { msOf, receiptOf } from '../oracles/receipt.ts'
import { importedInto, run, told, workplace } from './mingjian.ts'

const here = present(receiptCsv)
const place = workplace()
afterAll(place.clear)

describe.skipIf(!here)('winding a case of the permit log back', () => {
  const dir = place.dir()
  const oracle = here ? receiptOf(receiptCsv) : undefined!
  let beforeImport = ''
  beforeAll(async () => {
    // Another file of tests of the same run may have asked for the import.
    beforeImport = new Date(Date.now() - 3_600_000).toISOString()
    await importedInto(dir, receiptCsv, 'receipt')
  })
  const replayed = (caseNo: string, ...more: string[]) => told('replay', caseNo, ...more, '--data', dir)
  const iso = (ms: number) => new Date(ms).toISOString()
  /** A case with many steps that ended, chosen by the file. */
  const chosen = () => [...oracle.cases].filter(({ endMs, rows }) => endMs !== undefined && rows.length >= 8)
    .sort((a, b) => b.rows.length - a.rows.length || (a.caseNo < b.caseNo ? -1 : 1))[0]!

  it('shows at each instant the steps that had happened by then, one more at each, and none a millisecond earlier', async () => {
    const { caseNo, rows } = chosen()
    const times = [...new Set(rows.map((row) => msOf(row['time:timestamp']!)))].sort((a, b) => a - b).slice(1, 3)
    for (const at of times) for (const [moment, shift] of [['just before', -1], ['at', 0]] as const) {
      const seen = (await replayed(caseNo, '--at', iso(at + shift))).facts.filter(({ activity }: { activity?: string }) => activity !== undefined)
      const happened = rows.filter((row) => msOf(row['time:timestamp']!) <= at + shift)
      expect(seen.map(({ occurredAt, activity }: any) => `${occurredAt} ${activity}`).sort(), `${moment} ${iso(at)}`)
        .toEqual(happened.map((row) => `${iso(msOf(row['time:timestamp']!))} ${row['concept:name']}`).sort())
    }
  })

  it('is open until its end to the millisecond, and concluded from there on', async () => {
    const { caseNo, endMs } = chosen()
    expect(await replayed(caseNo, '--at', iso(endMs! - 1))).not.toHaveProperty('endedAt')
    expect(await replayed(caseNo, '--at', iso(endMs!))).toMatchObject({ endedAt: iso(endMs!), stage: 'Concluded', light: 'done' })
  })

  it('stands at its latest fact when no instant is said', async () => {
    for (const { caseNo, rows, startMs, endMs } of [chosen(), oracle.cases[0]!, oracle.cases.at(-1)!]) {
      const latest = Math.max(startMs, endMs ?? 0, ...rows.map((row) => msOf(row['time:timestamp']!)))
      const view = await replayed(caseNo)
      expect(view.at, caseNo).toBe(iso(latest))
      expect(view.facts).toHaveLength(rows.length + 2 + (endMs === undefined ? 0 : 1))
    }
  })

  it('tells the promise that the source stated, and how many working days were left of it', async () => {
    const { caseNo, dueMs, startMs } = oracle.cases[0]!
    const at = startMs + 10 * 86_400_000
    const { clocks: [clock] } = await replayed(caseNo, '--at', iso(at))
    const day = (ms: number) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Amsterdam' }).format(ms)
    expect(clock).toMatchObject({ dueAt: iso(dueMs), dueOn: day(dueMs), stated: true, startedOn: day(startMs), limitWorkingDays: workingDaysBetween(day(startMs), day(dueMs)),
      remainingWorkingDays: workingDaysBetween(day(at), day(dueMs)) })
  })

  it('reads one instant alike in any zone, on both sides of the hour that summer time repeats', async () => {
    const { caseNo } = oracle.cases[0]!
    const [winter, utc] = await Promise.all([replayed(caseNo, '--at', '2011-10-30T02:30:00+01:00'), replayed(caseNo, '--at', '2011-10-30T01:30:00Z')])
    expect({ ...winter, known: '', now: '', span: '' }).toEqual({ ...utc, known: '', now: '', span: '' })
    expect((await replayed(caseNo, '--at', '2011-10-30T02:30:00+02:00')).at).toBe('2011-10-30T00:30:00.000Z')
  })

  it('refuses an instant before the case began, and names the first', async () => {
    const { caseNo, startMs } = chosen()
    const said = await run('replay', caseNo, '--at', iso(startMs - 1), '--data', dir, '--json')
    expect(said.code).toBe(2)
    expect(said.json.error).toMatchObject({ code: 'before-the-case-began', field: 'at', begins: iso(startMs) })
    for (const words of [said.json.error.title, said.json.error.en]) expect(words).toContain(iso(startMs))
    expect((await replayed(caseNo, '--at', iso(startMs))).facts.length).toBeGreaterThan(0)
  })

  it('did not know the case before it was told of it', async () => {
    const { caseNo } = chosen()
    const said = await run('replay', caseNo, '--known', beforeImport, '--data', dir, '--json')
    expect(said.code, said.stdout).toBe(2)
    expect(said.json.error.title).toMatch(/[一-鿿]/)
    expect(said.json.error.en).toMatch(/known|told|recorded/i)
    expect(said.json.error.field).toBe('known')
    expect((await replayed(caseNo, '--known', new Date(Date.now() + 1000).toISOString())).facts.length).toBeGreaterThan(0)
  })

  it('shows the applicant neither officials nor findings, and the inspector both', async () => {
    const late = oracle.cases.find(({ dueMs, endMs }) => endMs !== undefined && endMs - dueMs > 40 * 86_400_000)!
    const names = new Set(late.rows.map((row) => row['org:resource']!))
    const asInspector = await replayed(late.caseNo), asApplicant = await replayed(late.caseNo, '--as', 'applicant')
    expect(asInspector.findings.length).toBeGreaterThan(0)
    for (const name of names) expect(JSON.stringify(asInspector)).toContain(name)
    expect(asApplicant).toMatchObject({ role: 'applicant', findings: [], cards: [] })
    for (const name of [...names, late.rows[0]!['case:responsible']!]) expect(JSON.stringify(asApplicant)).not.toContain(name)
    expect(asApplicant.facts).toHaveLength(asInspector.facts.length)
  })

  it('says to people in a terminal what it says in JSON', async () => {
    const { caseNo } = chosen()
    const { code, stdout } = await run('replay', caseNo, '--data', dir)
    const { facts, clocks } = await replayed(caseNo)
    expect(code).toBe(0)
    expect(stdout).toContain(caseNo)
    expect(stdout).toContain(clocks[0].dueOn)
    for (const { position } of facts) expect(stdout).toContain(`#${position} `)
  })
})

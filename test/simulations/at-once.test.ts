import { afterAll, expect, test } from 'vitest'
import { openBook } from '../../adapters/book/open.ts'
import { cardsOf } from '../../api/judging.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import { county } from '../../simulations/county.ts'
import { plantedIn } from '../../simulations/planted.ts'
import { pause, serving, workplace } from '../cli/mingjian.ts'

const seed = 59, place = workplace()
afterAll(place.clear)
/** What somebody does, and no clock brings. */
const deeds = ['R-09', 'R-10', 'R-11', 'R-12', 'R-13', 'I-06', 'I-07']

test('while the county is played the running house deals a card for what was planted, on the day on which it is done', async () => {
  const dir = place.dir(), served = await serving('demo', dir, '--days', '12', '--seed', String(seed))
  for (let tries = 0; tries < 900 && !/历史铺好/.test(served.stderr()); tries++) await pause(100)
  expect(served.stderr()).toMatch(/历史铺好/)
  expect(served.stderr()).not.toMatch(/研判出错|投影停了/)
  await served.stop()

  const book = await openBook(dir, { write: false })
  try {
    const done = new Set<string>(), days = new Set<string>()
    for await (const batch of book.readAll(0)) for (const { type, meta, data } of batch) {
      days.add(dayIn(county.zone, meta.recordedAt))
      // Refused as it was tried, or over; of the last days the cards may still be on their way.
      if (type === 'StepRefused') done.add(String(data['caseNo']))
      if (type === 'CaseConcluded' || type === 'ApplicationWithdrawn') done.add(meta.stream.slice('cases-'.length))
    }
    const last = [...days].sort().slice(-2)
    const labels = [...done].flatMap((caseNo) => plantedIn(seed, caseNo)).filter(({ ruleId, subject }) => deeds.includes(ruleId) && !subject.includes(':'))
    let found = 0
    for (const { ruleId, subject, clock, what } of labels) {
      const card = (await cardsOf({ book }, subject)).find((card) => card.ruleId === ruleId && card.clock === clock)
      const planted = `${what} ${subject}`
      if (!card && (await lastOf(book, subject)) >= last[0]!) continue
      expect(card, planted).toBeDefined()
      expect(dayIn(county.zone, card!.recordedAt), planted).toBe(dayIn(county.zone, card!.becameTrueAt))
      found++
    }
    expect(found).toBeGreaterThan(2)
  } finally { await book.close() }
}, 360_000)

/** The day of the latest fact of a subject. */
async function lastOf(book: Awaited<ReturnType<typeof openBook>>, subject: string): Promise<string> {
  const facts = await book.readStream(subject.startsWith('officers.') ? `cases-officer.${subject.slice('officers.'.length)}` : subject.replace('.', '-'))
  return dayIn(county.zone, facts.at(-1)!.meta.recordedAt)
}

import { join } from 'node:path'
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { openReader } from '../../../adapters/book/reader.ts'
import { openTexts, type Texts } from '../../../adapters/read-store/texts.ts'
import { rulebook, type RuleVersion } from '../../../domain/supervision/judge.ts'
import type { Timeline } from '../../../domain/supervision/timeline.ts'
import { nothing, otherBook } from '../../../domain/supervision/what-if.ts'
import type { CardRow } from '../../../projections/cards.ts'
import { openGrounds } from '../../grounds.ts'
import { loadModules } from '../../modules.ts'
import { asideIn, concludeBoth } from '../../what-if-patterns.ts'
import { judgeBoth, type ShareDone } from '../../what-if-share.ts'
import type { WhatIfAsked } from '../../what-if-asked.ts'

/** 研判线程的根 — takes one portion of the subjects after the other, as long as there are any, and judges them on both sides. Reads only. */
export type JudgingTask = { dir: string; region: string; zone: string; published: readonly RuleVersion[]; asked: WhatIfAsked; portion: number; most: number; aside: string }
/** Told where to go on, it answers at once up to where it has read, so that the others may go on from there; then what came of it. When all is read, it puts
    its observations aside; then it concludes those of one bin after the other. */
export type Turn = { turn: number } & ({ after: string | undefined } | { aside: true } | { bin: number; room: number })
export type Said = { ready: true } | { turn: number; upTo: string | undefined } | { turn: number; done: ShareDone; rssMb: number }

const { dir, region, zone, published, asked, portion, most, aside: asideDir } = workerData as JudgingTask
const port = parentPort!
const reader = openReader(dir), book = { readStream: async (stream: string) => reader.readStream(stream) }
const timelines = openTexts(join(dir, 'rows'), 'case-timelines'), cards = openTexts(join(dir, 'rows'), 'cards')
const modules = await loadModules(join(dir, 'modules'))
const whole = rulebook(published, { rules: modules.flatMap(({ rules }) => rules), patterns: modules.flatMap(({ patterns }) => patterns) })
const seen = <R extends { confidential?: true }>(rule: R) => asked.confidential || !rule.confidential
const base = { ...whole, rules: whole.rules.filter(seen), patterns: whole.patterns.filter(seen) }
const grounds = await openGrounds(book, { region, zone })
const sides = {
  before: { book: base, grounds },
  after: { book: otherBook(base, asked.params), grounds: asked.calendar.length === 0 ? grounds : await openGrounds(book, { region, zone }, asked.calendar) },
  limits: asked.limits, now: asked.now,
}

/** The cards of these subjects of which people have said something; of the others nothing is parsed. */
function markedAmong(cards: Texts | undefined, subjects: readonly string[]): ReadonlyMap<string, readonly CardRow[]> {
  const rows = cards?.between(`${subjects[0]!} `, `${subjects.at(-1)!} \u{10ffff}`).filter(({ text }) => text.includes('"marked":true')) ?? []
  const found = new Map<string, CardRow[]>()
  for (const { text } of rows) {
    const card = JSON.parse(text) as CardRow
    found.set(card.subject, [...found.get(card.subject) ?? [], card])
  }
  return found
}

/** One after the other: what is judged already need not be moved with what comes. */
function* parsed(rows: readonly { text: string }[]) { for (const { text } of rows) yield JSON.parse(text) as Timeline }

const aside = asideIn(asideDir, String(threadId), sides)
let listed = 0
async function judgeFrom(turn: number, after: string | undefined): Promise<ShareDone | undefined> {
  const rows = timelines?.after(after, portion) ?? []
  const upTo = rows.at(-1)?.key
  port.postMessage({ turn, upTo } satisfies Said)
  if (upTo === undefined) return undefined
  const marked = markedAmong(cards, rows.map(({ key }) => key))
  const done = await judgeBoth(parsed(rows), (subject) => marked.get(subject), sides, most - listed, aside.observe)
  aside.settle()
  listed += done.listed.length
  return done
}
async function take(said: Turn): Promise<ShareDone | undefined> {
  if ('after' in said) return judgeFrom(said.turn, said.after)
  if ('bin' in said) return concludeBoth(asideDir, said.bin, sides, said.room)
  aside.flush()
  return { tally: nothing(), listed: [], subjects: 0, limited: 0 }
}
port.on('message', (said: Turn) => {
  take(said).then((done) => {
    if (done) port.postMessage({ turn: said.turn, done, rssMb: process.memoryUsage.rss() / 2 ** 20 } satisfies Said)
  }, (error: unknown) => { setImmediate(() => { throw error }) })
})
port.postMessage({ ready: true } satisfies Said)

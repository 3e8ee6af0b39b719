import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { openBook } from '../../adapters/book/open.ts'
import { verifyBook } from '../../adapters/book/verify.ts'
import type { Work } from './children/book.ts'
import { chanceFrom, checkers, child, ended, place, quantile } from './place.ts'
import { emptyCourse, factOf, follow, type Course, type Mark } from './story.ts'
import type { Outcome } from './table.ts'

const lanes = 16, killsPerBlock = 20
/** Kills that come before the book is open, of a hundred. */
const earlyShare = 0.1

/** A book of so many facts to begin with, told in streams of their own. */
async function filled(dir: string, facts: number, course: Course) {
  const book = await openBook(dir, { write: true }), together = 100
  for (let stream = 0; stream * 5_000 < facts; stream++) {
    const name = `f-${stream}`, count = Math.min(5_000, facts - stream * 5_000)
    follow(course, { tried: [name, count] })
    await Promise.all(Array.from({ length: Math.ceil(count / together) }, async (_, i) => {
      const some = Array.from({ length: Math.min(together, count - i * together) }, (_, n) => factOf(name, i * together + n + 1))
      const answer = await book.append(name, i * together, some)
      if (answer === 'revision-conflict') throw new Error('the first facts were not taken')
      for (let n = 0; n < some.length; n++) follow(course, { told: [name, i * together + n + 1, answer.position - some.length + n + 1] })
    }))
  }
  await book.close()
}

/** One life of a writer: started, killed some time after it was open, and what it was answered until then. */
async function oneLife(dir: string, course: Course, block: number, lifeMs: number, chance: () => number) {
  const streams = Object.fromEntries(Array.from({ length: lanes }, (_, lane) => { const stream = `k${block}-${lane}`; return [stream, course.lanes[stream]?.told.length ?? 0] }))
  const work: Work = { dir, lanes: streams, each: 1_000_000, bare: true }
  const began = performance.now(), writer = child('book', [JSON.stringify(work)]), gone = ended(writer), closed = once(writer, 'close')
  let restartMs: number | undefined, answers = 0, opened = () => {}, wrong: string | undefined
  const open = new Promise<void>((resolve) => { opened = resolve })
  writer.stderr!.resume()
  createInterface(writer.stdout!).on('line', (line) => {
    let mark: Mark
    try { mark = JSON.parse(line) as Mark } catch { return } // cut short by the kill
    if ('open' in mark) opened()
    if ('told' in mark) { answers++; restartMs ??= performance.now() - began }
    if ('note' in mark) wrong = mark.note
    try { follow(course, mark) } catch (error) { wrong = (error as Error).message }
  })
  const early = chance() < earlyShare
  if (early) await pause(30 + chance() * 150)
  else { await Promise.race([open, gone]); await pause(chance() * lifeMs) }
  writer.kill('SIGKILL')
  const { signal, code } = await gone
  await closed
  return { answers, restartMs, wrong: wrong ?? (signal === 'SIGKILL' ? undefined : `it ended by itself with ${code}`) }
}

/** What stands of these lanes, against what was answered. */
async function lanesHold(dir: string, course: Course, block: number): Promise<string[]> {
  const wrong: string[] = [], book = await openBook(dir, { write: false })
  for (let lane = 0; lane < lanes; lane++) {
    const stream = `k${block}-${lane}`, { told = [], tried = 0 } = course.lanes[stream] ?? {}, facts = await book.readStream(stream)
    if (facts.length < told.length) wrong.push(`lost: ${stream} has ${facts.length} of ${told.length}`)
    if (facts.length > tried) wrong.push(`doubled: ${stream} has ${facts.length} and told ${tried}`)
    facts.forEach(({ data, meta }, i) => {
      if (data['n'] !== i + 1) wrong.push(`${stream} ${i + 1} is ${String(data['n'])}`)
      if (told[i] !== undefined && told[i] !== meta.position) wrong.push(`moved: ${stream} ${i + 1} from ${told[i]} to ${meta.position}`)
    })
  }
  await book.close()
  return wrong
}

/** 杀 — kill -9 at random moments of a process under load, again and again in one directory. What was in flight is told again by the next life, with the same keys. */
export async function kills({ count, facts, lifeMs, seed }: { count: number; facts: number; lifeMs: number; seed: number }): Promise<Outcome> {
  const here = place(true), dir = here.dir('data'), course = emptyCourse(), chance = chanceFrom(seed), wrong: string[] = [], restarts: number[] = []
  let answers = 0, verified = 0
  try {
    await filled(dir, facts, course)
    for (let kill = 0; kill < count; kill++) {
      const block = Math.floor(kill / killsPerBlock), life = await oneLife(dir, course, block, lifeMs, chance)
      answers += life.answers
      if (life.restartMs !== undefined) restarts.push(life.restartMs)
      if (life.wrong !== undefined) wrong.push(`kill ${kill}, seed ${seed}: ${life.wrong}`)
      if ((kill + 1) % killsPerBlock > 0 && kill + 1 < count) continue
      const found = verifyBook(dir)
      verified++
      if (!found.ok) wrong.push(`verify after kill ${kill}, seed ${seed}: ${found.position} ${found.en}`)
      wrong.push(...await lanesHold(dir, course, block))
    }
    const path = join(here.root, 'course.json'), judge = checkers(1)
    writeFileSync(path, JSON.stringify(course))
    const found = await judge.ask({ dir, course: path, bare: true })
    judge.close()
    wrong.push(...found.wrong)
    const p95 = quantile(restarts, 0.95)
    return { did: `${count} 次 kill -9，16 路并写，同一目录；每 ${killsPerBlock} 次 verify（${verified} 次）`,
      found: `应答 ${answers.toLocaleString('en')}，末了 ${found.facts.toLocaleString('en')} 条；坏 ${wrong.length}；重启到首个应答 p50 ${quantile(restarts, 0.5).toFixed(0)} ms、p95 ${p95.toFixed(0)} ms（≥ ${facts.toLocaleString('en')} 条，目标 1500）`,
      wrong: p95 > 1_500 ? [...wrong, `restart p95 ${p95.toFixed(0)} ms > 1500`] : wrong, cases: count, bad: wrong.length }
  } finally { here.clear() }
}

import { copyFileSync, mkdirSync, openSync, readFileSync, readSync, closeSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openBook } from '../../adapters/book/open.ts'
import { verifyBook } from '../../adapters/book/verify.ts'
import { chanceFrom, place } from './place.ts'
import { factOf } from './story.ts'
import type { Outcome } from './table.ts'

const facts = 2_000, streams = 40
/** 位翻 — single bits of the book's file at rest. Found by verify, or nothing that is read is another for it. */
export async function flips({ count, seed }: { count: number; seed: number }): Promise<Outcome> {
  const here = place(), sound = here.dir('sound'), chance = chanceFrom(seed), wrong: string[] = []
  const tally = { found: 0, named: 0, harmless: 0, refused: 0 }
  try {
    const book = await openBook(sound, { write: true })
    for (let n = 1; n <= facts / streams; n++) await Promise.all(Array.from({ length: streams }, (_, s) => book.append(`s-${s}`, n - 1, [factOf(`s-${s}`, n)])))
    await book.close()
    const told = readFileSync(join(sound, 'book.db')), truth = await read(sound), whole = verifyBook(sound)
    for (let i = 0; i < count; i++) {
      const dir = join(here.root, `flip-${i}`), path = join(dir, 'book.db'), at = Math.floor(chance() * told.length), bit = Math.floor(chance() * 8)
      mkdirSync(dir)
      copyFileSync(join(sound, 'book.db'), path)
      const file = openSync(path, 'r+'), byte = Buffer.alloc(1)
      readSync(file, byte, 0, 1, at)
      byte[0]! ^= 1 << bit
      writeSync(file, byte, 0, 1, at)
      closeSync(file)
      let verified
      try { verified = verifyBook(dir) } catch { tally.refused++; tally.found++; continue } // told at once that this is no such book
      const served = await read(dir).catch((error: unknown) => error instanceof Error ? error : new Error(String(error)))
      if (!verified.ok) { tally.found++; if (verified.position > 0) tally.named++ } else tally.harmless++
      if (!(served instanceof Error) && served !== truth && verified.ok) wrong.push(`bit ${bit} of byte ${at}, seed ${seed}: other facts are served and verify is content`)
      if (verified.ok && JSON.stringify(verified) !== JSON.stringify(whole)) wrong.push(`bit ${bit} of byte ${at}, seed ${seed}: verify finds another book`)
      const other = served instanceof Error ? undefined : otherIn(served, truth)
      if (other !== undefined) wrong.push(`bit ${bit} of byte ${at}, seed ${seed}: an altered fact is served as truth: ${other}`)
    }
    writeFileSync(join(here.root, 'done'), '')
    return { did: `${count} 次单个位翻转，${facts.toLocaleString('en')} 条的簿文件`, found: `发现 ${tally.found}（指出位置 ${tally.named}，打不开 ${tally.refused}）；不改任何内容 ${tally.harmless}（空闲页、旧页）；当真给出的 ${wrong.length}`, wrong, cases: count, bad: wrong.length }
  } finally { here.clear() }
}
/** A fact with the same id and other words: fewer facts are an incomplete answer, these would be a lie. */
function otherIn(served: string, truth: string): string | undefined {
  const known = new Set(truth.split('\n'))
  return served.split('\n').find((line) => !known.has(line))
}
async function read(dir: string): Promise<string> {
  const book = await openBook(dir, { write: false }), lines: string[] = []
  try { for await (const batch of book.readAll(0)) for (const fact of batch) lines.push(JSON.stringify(fact)) } finally { await book.close() }
  return lines.join('\n')
}

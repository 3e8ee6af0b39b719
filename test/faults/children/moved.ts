import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { openBook } from '../../../adapters/book/open.ts'
import { openForReading } from '../../../adapters/book/store.ts'
import { factOf, marker } from '../story.ts'

/** A writer whose checkpoint stops at a reader; the next one cannot sync the book, the one after it can, and the WAL is used anew. Says on stdout when its
    disk is to fail and when it is to work again, and waits to be heard. */
const [dir = '', log] = process.argv.slice(2), mark = marker(log), lines = createInterface(process.stdin)
const said = async (what: string) => { process.stdout.write(`${what}\n`); await once(lines, 'line') }
const idleMs = 300, untidyMs = 1_300

const book = await openBook(dir, { write: true })
let n = 0
async function tell(count: number) {
  for (let i = 0; i < count; i++) {
    mark({ tried: ['m-1', ++n] })
    const answer = await book.append('m-1', n - 1, [factOf('m-1', n)])
    if (answer === 'revision-conflict') throw new Error('a conflict where there is none')
    mark({ told: ['m-1', n, answer.position] })
  }
}
await tell(60)
const reader = openForReading(dir)
reader.exec('BEGIN')
reader.prepare('SELECT count(*) FROM events').get()
await tell(60)
await pause(idleMs) // as far as the reader lets it
reader.exec('COMMIT')
await said('fail')
await tell(1)
await pause(idleMs) // not synced
await said('work')
await tell(1)
await pause(untidyMs)
await tell(1)
await pause(idleMs) // moved
await tell(3)
process.kill(process.pid, 'SIGKILL')

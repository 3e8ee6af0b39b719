import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'libsql'
import { fileKeys } from '../../../adapters/keys/file.ts'

/** Keys whose log is moved as far as a reader lets it; the next move cannot sync the file, the one after it can, and the log is used anew. Says on stdout what
    was sealed and answered, when its disk is to fail and when it is to work again, and waits to be heard. */
const [dir = ''] = process.argv.slice(2), lines = createInterface(process.stdin)
const said = async (what: string) => { process.stdout.write(`${what}\n`); await once(lines, 'line') }
const keys = fileKeys(dir)
let n = 0
async function seal(count: number) {
  for (let i = 0; i < count; i++) process.stdout.write(`${JSON.stringify(await keys.seal(`person-${++n}`, `matter-${n}`, `words ${n}`))}\n`)
}
// A move comes with every two hundredth write.
await seal(150)
const reader = new Database(join(dir, 'keys.db'))
reader.exec('BEGIN')
reader.prepare('SELECT count(*) FROM keys').get()
await seal(60) // moved as far as the reader lets it, and not synced
reader.exec('COMMIT')
reader.close()
await said('fail')
await seal(200) // not synced
await said('work')
await seal(200) // moved
await seal(50) // the log begun anew, over what it held
process.kill(process.pid, 'SIGKILL')

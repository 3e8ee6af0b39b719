import { readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onceOf } from './once.ts'

/** What was made once for all files of tests goes when they are done; so does what an earlier run of the same number left. */
const clear = () => {
  for (const name of readdirSync(tmpdir())) if (name.startsWith(onceOf(process.pid))) rmSync(join(tmpdir(), name), { recursive: true, force: true })
}
export default function begin() {
  clear()
  return clear
}

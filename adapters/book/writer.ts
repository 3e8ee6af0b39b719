import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { openLedger, type Append, type Decision, type Ledger } from './ledger.ts'
import { troubleOf, type Trouble } from './errors.ts'
import { probe, walBytes } from './store.ts'

/** Appends, one after another in a flat list (it crosses threads at half the cost): stream, expected, recordedAt, count, then id and leaf of each. */
export type Told = readonly (string | number)[]
export type ToWriter = Told | { wake: MessagePort } | { close: true }
/** One drain: for each append in the order of telling its revision and position; revision 0 is a conflict, -1 a full stream. */
export type FromWriter =
  | { ready: number } | { unopened: Broken }
  | { answers: readonly number[]; head: number; facts: number; workMs: number; syncMs: number }
  | { broken: Broken; appends: number }
  /** 病愈 — opened anew: what is acknowledged is there, and appends are taken again. */
  | { mended: number }
export type Broken = { trouble: Trouble; what: string }

/** A drain ends with whichever comes first; it never waits for company. */
const drainFacts = 512
const drainMs = 2
const idleMs = 100
/** Waits between two tries to open a broken book; the longest is what a client waits at most once there is room again. */
const retryMs = { least: 25, most: 800 }
/** After a checkpoint that failed, the WAL is let grow for so long. */
const untidyMs = 1_000
/** After a checkpoint that some reader kept from ending, the WAL grows by this much before it is tried again. */
const patienceBytes = 4 * 2 ** 20

const port = parentPort!
const { dir } = workerData as { dir: string }
const post = (message: FromWriter) => port.postMessage(message)
const inbox: Told[] = []
const wakes = new Set<MessagePort>()
let cursor = 0, closing = false, checkpointAbove = walBytes, dirty = false
let acknowledged = 0, tidyAtMs = 0
/** Whether a checkpoint has failed: what was moved before it is not believed. */
let unmoved = false
let ledger: Ledger | undefined
/** 病 — why appends are refused for now; nothing where they are taken. */
let broken: Broken | undefined
let waitMs = retryMs.least, mending: NodeJS.Timeout | undefined

function receive(message: ToWriter): void {
  if (Array.isArray(message)) inbox.push(message)
  else if ('wake' in message) {
    wakes.add(message.wake)
    message.wake.on('close', () => wakes.delete(message.wake))
    message.wake.unref()
    message.wake.postMessage(acknowledged)
  } else closing = true
}

/** The next append that has arrived. */
function next(): Append | undefined {
  if (inbox.length === 0) {
    const arrived = receiveMessageOnPort(port)
    if (!arrived) return undefined
    receive(arrived.message)
    return next()
  }
  const told = inbox[0]!
  const [stream, expected, recordedAt, count] = told.slice(cursor, cursor + 4) as [string, number, string, number]
  const ids: string[] = [], leaves: string[] = []
  cursor += 4
  for (let i = 0; i < count; i++) {
    ids.push(told[cursor++] as string)
    leaves.push(told[cursor++] as string)
  }
  if (cursor >= told.length) { inbox.shift(); cursor = 0 }
  return { stream, expected, recordedAt, ids, leaves }
}

/** Opened from the disk alone, and only trusted where all that was acknowledged is there. */
function opened(): Ledger {
  if (ledger) return ledger
  const fresh = openLedger(dir)
  try {
    if (fresh.size < acknowledged) throw new Error(`the disk holds ${fresh.size} facts of ${acknowledged} acknowledged`)
    if (unmoved) fresh.retell()
    unmoved = false
  } catch (error) { fresh.close(); throw error }
  acknowledged = fresh.size
  return ledger = fresh
}

/** The driver keeps the files of a closed connection until its statements are collected: in a long outage there would be no numbers left for others. */
function letGo(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}
function drop(): void {
  try { ledger?.close() } catch { /* It is broken already, and nothing more is asked of it. */ }
  ledger = undefined
  if (!closing) setImmediate(letGo)
}

const said = (error: unknown) => error instanceof Error ? error.message : String(error)
/** Why it failed: a small file tells full from read-only from broken better than what SQLite makes of either. */
function diagnosed(error: unknown): Broken {
  try { probe(dir) } catch (found) { return { trouble: troubleOf(found), what: `${said(error)}; ${said(found)}` } }
  return { trouble: troubleOf(error), what: said(error) }
}
/** Nothing cached is trusted after a failure: the files are closed, and opened anew by the clock, whether or not anybody asks. */
function breakDown(error: unknown): Broken {
  drop()
  broken = diagnosed(error)
  if (!closing) mending ??= setTimeout(mend, waitMs)
  waitMs = Math.min(waitMs * 2, retryMs.most)
  return broken
}
function mend(): void {
  mending = undefined
  if (closing) return
  try {
    probe(dir)
    opened()
    broken = undefined
    post({ mended: acknowledged })
  } catch (error) { breakDown(error) }
}

const numbers = (decision: Decision): readonly [number, number] =>
  decision === 'conflict' ? [0, 0] : decision === 'full' ? [-1, 0] : [decision.revision, decision.position]

/** One transaction over what has arrived; answers leave after the commit only. False where nothing had arrived. */
function drain(): boolean {
  let append = next()
  if (!append) return false
  if (broken) {
    let appends = 0
    for (; append; append = next()) appends++
    post({ broken, appends })
    return true
  }
  const startedMs = performance.now()
  const answers: number[] = []
  let appends = 0, facts = 0
  try {
    const book = opened()
    book.begin()
    for (; append; append = facts < drainFacts && performance.now() - startedMs < drainMs ? next() : undefined) {
      appends++
      facts += append.ids.length
      answers.push(...numbers(book.decide(append)))
    }
    const decidedMs = performance.now()
    book.commit()
    const committedMs = performance.now()
    const grown = book.size > acknowledged
    dirty ||= grown
    acknowledged = book.size
    waitMs = retryMs.least
    post({ answers, head: acknowledged, facts, workMs: decidedMs - startedMs, syncMs: committedMs - decidedMs })
    if (grown) for (const wake of wakes) wake.postMessage(acknowledged)
  } catch (error) {
    post({ broken: breakDown(error), appends: Math.max(appends, 1) })
  }
  return true
}

/** Off the commit's path: after the answers have left. A failure here harms nothing that was acknowledged: the WAL has it. It is opened anew all the same,
    and let be for a while. */
function tidy(idle: boolean): void {
  if (!ledger || performance.now() < tidyAtMs) return
  try {
    const size = ledger.walSize()
    if (idle && size > 0 && size < walBytes) ledger.preallocate()
    if (!(idle && dirty) && size <= checkpointAbove) return
    const done = ledger.checkpoint()
    checkpointAbove = done ? walBytes : size + patienceBytes
    dirty = !done && !idle
  } catch {
    tidyAtMs = performance.now() + untidyMs
    unmoved = true
    drop()
  }
}

function end(): void {
  clearTimeout(mending)
  tidy(true)
  // Whoever closes last moves the rest of the WAL, and takes it away.
  try { if (unmoved) opened() } catch { /* Nothing more can be done about it here. */ }
  drop()
  port.close()
}

const idle = setTimeout(() => tidy(true), idleMs)
port.on('message', (message: ToWriter) => {
  receive(message)
  while (drain()) tidy(false)
  if (closing) { clearTimeout(idle); end() } else idle.refresh()
})
try { post({ ready: opened().size }) } catch (error) { closing = true; post({ unopened: breakDown(error) }); end() }

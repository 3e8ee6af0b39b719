import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads'
import type { Recorded, Told } from '../../domain/kernel/events.ts'
import { streamLimit, type EventLog } from '../../domain/kernel/ports.ts'
import { startWorker } from '../worker.ts'
import { BookBroken, BookClosed, BookReadOnly, StreamFull } from './errors.ts'
import { assertTellable, leafOf } from './leaf.ts'
import { openReader, type BookReader, type TreeHead } from './reader.ts'
import { assertReadable, takePen } from './store.ts'
import type { Broken, FromWriter, ToWriter } from './writer.ts'

export { BookBroken, BookClosed, BookInUse, BookReadOnly, BookTooNew, FactUnsound, NoBook, StreamFull } from './errors.ts'
export type { BookReader, TreeHead } from './reader.ts'

/** What the writer's thread has done since the book was opened; the spans are sums. */
export type BookFigures = { appends: number; facts: number; commits: number; workMs: number; syncMs: number }
/** 事件簿 in one folder: `EventLog`, and what only a book in this process can offer. */
export type Book = EventLog & {
  readonly dir: string
  /** The same facts without waiting, in this thread. A thread of its own opens one by `openReader(dir)`. */
  readonly reader: BookReader
  treeHead(): TreeHead
  /** Told the head's position after each commit (in another process than the writer's: found out within 50 ms). Ends when called. */
  onAppended(listener: (position: number) => void): () => void
  /** 唤醒 — a port on which the writer's thread itself says the head's position, now and after each commit, so that a projector's thread is not
      woken through this one. To be transferred there; only the newest number counts, so drain it with `receiveMessageOnPort`. */
  wake(): MessagePort
  figures(): BookFigures
  /** Why nothing can be written for now, worded; nothing where all is well. Reading goes on meanwhile, and writing by itself when it can. */
  trouble(): BookBroken | undefined
}

const pollMs = 50
type Answer = Awaited<ReturnType<EventLog['append']>>
type Waiting = { stream: string; resolve(answer: Answer): void; reject(error: Error): void }
type Pen = Pick<EventLog, 'append'> & { position(): number; wake(): MessagePort; figures(): BookFigures; trouble(): BookBroken | undefined; close(): Promise<void> }

const tell = (line: string) => { process.stderr.write(`${line}\n`) }
/** 病与愈 as the writer's thread says them: told once, not at every refusal. */
function troubles() {
  let now: BookBroken | undefined
  return {
    now: () => now,
    heard({ trouble, what }: Broken): BookBroken {
      if (now?.code === trouble) return now
      now = new BookBroken(trouble, what)
      tell(`${now.message}\n  ${what}`)
      return now
    },
    mended(size: number) {
      if (now) tell(`事件簿恢复写入，已核对 ${size} 条 / the book is written again; its ${size} facts are there`)
      now = undefined
    },
  }
}

function count(figures: BookFigures, { answers, facts, workMs, syncMs }: Extract<FromWriter, { answers: unknown }>) {
  figures.appends += answers.length / 2
  figures.facts += facts
  figures.commits++
  figures.workMs += workMs
  figures.syncMs += syncMs
}

function wokenBy(send: (message: ToWriter, transfer: MessagePort[]) => void): MessagePort {
  const { port1, port2 } = new MessageChannel()
  send({ wake: port1 }, [port1])
  return port2
}

/** This thread's side of the writer: makes the leaves, gathers what one turn of the loop tells, and hands out the answers in the order of telling. */
function penOf(worker: Worker, start: number, appended: (position: number) => void): Pen {
  const waiting: Waiting[] = []
  const figures: BookFigures = { appends: 0, facts: 0, commits: 0, workMs: 0, syncMs: 0 }
  let outbox: (string | number)[] = [], flushing = false, closing = false, position = start, dead: Error | undefined
  const trouble = troubles()
  const send = (message: ToWriter, transfer: MessagePort[] = []) => worker.postMessage(message, transfer)
  const flush = () => {
    flushing = false
    if (outbox.length > 0) send(outbox)
    outbox = []
  }
  const answered = (count: number): Waiting[] => {
    const these = waiting.splice(0, count)
    // Whoever closes waits for the thread's end: the last answer does not let the process go before.
    if (waiting.length === 0 && !closing) worker.unref()
    return these
  }
  worker.on('message', (said: FromWriter) => {
    const why = 'broken' in said && trouble.heard(said.broken)
    if (why) for (const { reject } of answered(said.appends)) reject(why)
    if ('mended' in said) trouble.mended(said.mended)
    if (!('answers' in said)) return
    count(figures, said)
    const grown = said.head > position
    position = said.head
    answered(said.answers.length / 2).forEach(({ stream, resolve, reject }, i) => {
      const revision = said.answers[2 * i]!
      if (revision > 0) resolve({ revision, position: said.answers[2 * i + 1]! })
      else if (revision === 0) resolve('revision-conflict')
      else reject(new StreamFull(stream, streamLimit))
    })
    if (grown) appended(position)
  })
  const die = (error: Error) => {
    dead ??= error
    for (const { reject } of waiting.splice(0)) reject(dead)
  }
  worker.on('error', (error) => die(new BookBroken('disk-failed', error.message)))
  worker.on('exit', () => die(new BookClosed()))
  return {
    append(stream, expected, facts) {
      try {
        if (dead) throw dead
        assertTellable(stream, expected, facts)
        const told: (string | number)[] = [stream, expected, facts[facts.length - 1]!.meta.recordedAt, facts.length]
        for (let i = 0; i < facts.length; i++) told.push(facts[i]!.meta.id, leafOf(stream, expected + i + 1, facts[i] as Told))
        outbox.push(...told)
      } catch (error) { return Promise.reject(error as Error) }
      if (!flushing) { flushing = true; setImmediate(flush) }
      if (waiting.length === 0) worker.ref()
      return new Promise((resolve, reject) => waiting.push({ stream, resolve, reject }))
    },
    position: () => position,
    wake: () => wokenBy(send),
    figures: () => ({ ...figures }),
    trouble: trouble.now,
    async close() {
      if (dead) return
      flush()
      closing = true
      worker.ref()
      const gone = once(worker, 'exit')
      send({ close: true })
      await gone
    },
  }
}

async function startPen(dir: string, appended: (position: number) => void): Promise<Pen> {
  const lock = takePen(dir)
  try {
    assertReadable(dir)
    const worker = startWorker('writer.ts', import.meta.url, { workerData: { dir }, resourceLimits: { maxYoungGenerationSizeMb: 16 } })
    const [said] = await once(worker, 'message') as [FromWriter]
    if (!('ready' in said)) throw 'unopened' in said ? new BookBroken(said.unopened.trouble, said.unopened.what) : new BookBroken('disk-failed', 'no answer')
    worker.unref()
    const pen = penOf(worker, said.ready, appended)
    return { ...pen, async close() { await pen.close(); lock.putDown() } }
  } catch (error) {
    lock.putDown()
    throw error
  }
}

/** In a process that only reads: nobody wakes it, so the head is looked at (a microsecond) while somebody listens. */
function watch(reader: BookReader, appended: (position: number) => void) {
  let seen = reader.size()
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    const size = reader.size()
    if (size > seen) appended(seen = size)
  }
  return {
    start() { timer ??= setInterval(look, pollMs) },
    stop() { clearInterval(timer); timer = undefined },
  }
}

const closedPen = (): Pick<Pen, 'append' | 'wake' | 'figures' | 'trouble' | 'close'> => ({
  trouble: () => undefined,
  append: () => Promise.reject(new BookReadOnly()),
  wake() { throw new BookReadOnly() },
  figures: () => ({ appends: 0, facts: 0, commits: 0, workMs: 0, syncMs: 0 }),
  close: () => Promise.resolve(),
})

/** Opens the book of a folder. `write: true` takes the pen (or throws `BookInUse`); any number of processes may read beside it. */
export async function openBook(dir: string, { write }: { write: boolean }): Promise<Book> {
  const listeners = new Set<(position: number) => void>()
  const appended = (position: number) => { for (const listener of [...listeners]) listener(position) }
  const closed = new AbortController()
  const pen = write ? await startPen(dir, appended) : closedPen()
  const reader = await Promise.resolve().then(() => openReader(dir)).catch(async (error) => { await pen.close(); throw error })
  const looking = write ? undefined : watch(reader, appended)

  async function* upTo(after: number, head: number): AsyncGenerator<readonly Recorded[]> {
    for (let position = after; position < head;) {
      const batch = reader.batch(position, head)
      if (batch.length === 0) return
      yield batch
      position = batch[batch.length - 1]!.meta.position
      await turn()
    }
  }
  const onAppended = (listener: (position: number) => void) => {
    listeners.add(listener)
    looking?.start()
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) looking?.stop()
    }
  }
  /** Until the book is beyond a position, or the signal is raised. Listens first and looks then, so that nothing falls between. */
  const beyond = (position: number, signal: AbortSignal) => new Promise<void>((resolve) => {
    const done = () => { stop(); signal.removeEventListener('abort', done); resolve() }
    const stop = onAppended((head) => { if (head > position) done() })
    signal.addEventListener('abort', done)
    if (signal.aborted || reader.size() > position) done()
  })
  return {
    dir, reader, onAppended,
    append: pen.append, wake: pen.wake, figures: pen.figures, trouble: pen.trouble,
    readStream: async (stream) => reader.readStream(stream),
    readAll: (after) => upTo(after, reader.size()),
    async *subscribe(after, signal) {
      const ends = AbortSignal.any([signal, closed.signal])
      for (let position = after; !ends.aborted;) {
        const batch = reader.batch(position)
        if (batch.length === 0) { await beyond(position, ends); continue }
        yield batch
        position = batch[batch.length - 1]!.meta.position
        await turn()
      }
    },
    head: async () => { const size = reader.size(); return { position: size, size } },
    treeHead: reader.treeHead,
    async close() {
      if (closed.signal.aborted) return
      closed.abort()
      await pen.close()
      looking?.stop()
      reader.close()
    },
  }
}

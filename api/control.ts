import { chmodSync, closeSync, openSync, rmSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { problemOf } from './explained.ts'
import { Unanswerable, type Problem } from './problems.ts'

/** What is said over the socket, a line each: progress, then the end. */
type Line = { progress: string } | { done: unknown; text: string } | { problem: Problem } | { failed: string }
export type Order = { verb: string; args: string[] }
export type Done = { json: unknown; text: string }

const requestBytes = 1 << 16
/** sockaddr_un holds 108 bytes; a longer path is reached through an open descriptor of its folder. */
const longestPath = 100
function socketIn(dir: string): { path: string; release(): void } {
  const path = join(dir, 'mingjian.sock')
  if (Buffer.byteLength(path) <= longestPath) return { path, release: () => undefined }
  const folder = openSync(dir, 'r')
  return { path: `/proc/self/fd/${folder}/mingjian.sock`, release: () => closeSync(folder) }
}

/** 本机口 — the server that holds the book takes orders from the same user's commands: a socket in the data directory, readable by its owner alone. */
export async function openControl(dir: string, obey: (order: Order, report: (line: string) => void) => Promise<Done>) {
  const { path, release } = socketIn(dir)
  rmSync(path, { force: true }) // whoever left it is gone: the lock of the book is ours
  const running = new Set<Promise<void>>()
  const server = createServer((incoming, outgoing) => {
    const done = serve(incoming, outgoing, obey).finally(() => running.delete(done))
    running.add(done)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  chmodSync(path, 0o600)
  return {
    /** What runs has been asked to end; who asked for it hears how it ended. */
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      await Promise.all(running)
      server.closeAllConnections()
      await closed
      rmSync(path, { force: true })
      release()
    },
  }
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, obey: (order: Order, report: (line: string) => void) => Promise<Done>) {
  const say = (line: Line) => { outgoing.write(`${JSON.stringify(line)}\n`) }
  try {
    let body = ''
    for await (const chunk of incoming) if ((body += String(chunk)).length > requestBytes) throw new Error('too long an order')
    outgoing.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
    const { json, text } = await obey(JSON.parse(body) as Order, (progress) => say({ progress }))
    say({ done: json, text })
  } catch (error) {
    if (!outgoing.headersSent) outgoing.writeHead(200)
    const problem = problemOf(error)
    say(problem ? { problem } : { failed: error instanceof Error ? error.message : String(error) })
  }
  outgoing.end()
}

/** Gives an order to the server that holds this directory. Nothing where there is none. */
export async function order(dir: string, order: Order, report: (line: string) => void): Promise<Done | undefined> {
  const { path, release } = socketIn(dir)
  try {
    const incoming = await new Promise<IncomingMessage | undefined>((resolve, reject) => {
      const outgoing = request({ socketPath: path, method: 'POST', path: '/' }, resolve)
      outgoing.on('error', (error: NodeJS.ErrnoException) => ['ENOENT', 'ECONNREFUSED'].includes(error.code ?? '') ? resolve(undefined) : reject(error))
      outgoing.end(JSON.stringify(order))
    })
    return incoming && await heard(incoming, report)
  } finally { release() }
}

const cutShort = () => new Unanswerable(503, 'server-stopped', '服务在办完之前停了；已记入的都在，再说一次即可', 'The server stopped before it was done; what was told is kept, say the command again')

async function heard(incoming: IncomingMessage, report: (line: string) => void): Promise<Done> {
  let rest = ''
  // A connection that breaks off ends the reading with an error of its own.
  const chunks = (async function* () { try { yield* incoming } catch { throw cutShort() } })()
  for await (const chunk of chunks) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines.map((text) => JSON.parse(text) as Line)) {
      if ('progress' in line) report(line.progress)
      else if ('done' in line) return { json: line.done, text: line.text }
      else if ('problem' in line) throw new Unanswerable(line.problem.status, line.problem.code, line.problem.title, line.problem.en, line.problem)
      else throw new Error(line.failed)
    }
  }
  throw cutShort()
}

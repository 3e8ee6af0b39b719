import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openBook } from '../../adapters/book/open.ts'
import { verifyBook } from '../../adapters/book/verify.ts'
import { ended } from './place.ts'

const program = fileURLToPath(new URL('../../api/main.js', import.meta.url))
/** Clerks at one hall of the county, who sign in without a password as the demonstration allows. */
const clerks = ['jiang-xiaolan', 'lv-an', 'tan-yu', 'zhai-ning', 'mi-le', 'bao-rui']
const hall = 'mingjing'

export type Answered = { status: number; body: any; retryAfter: string | null; ms: number }
/** 屋 — the whole server in a process of its own, spoken to over HTTP only. */
export type HouseUnder = {
  url: string; child: ChildProcess; startMs: number; stderr(): string
  get(path: string, lane?: number): Promise<Answered>
  /** Submits the case of this number, with a key that follows from it. */
  submit(id: string, lane: number): Promise<Answered>
  signIn(): Promise<void>
  kill(): Promise<void>
  stop(): Promise<void>
}

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const probe = createServer()
  probe.once('error', reject)
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as { port: number }
    probe.close(() => resolve(port))
  })
})

/** Started, and answering `/health`. `quiet`: nobody plays the town to it; founded it must be already. */
export async function houseUnder(dir: string, env: NodeJS.ProcessEnv = process.env, { lanes = 16, quiet = false } = {}): Promise<HouseUnder> {
  const port = await freePort(), url = `http://127.0.0.1:${port}`, began = performance.now()
  const child = spawn(process.execPath, [program, ...quiet ? ['serve', '--rtmp-port', '0'] : ['demo', '--days', '0', '--cameras', '0'], '--data', dir, '--port', String(port), '--json'], { stdio: ['ignore', 'ignore', 'pipe'], env })
  let said = ''
  child.stderr!.on('data', (chunk) => { said = (said + String(chunk)).slice(-20_000) })
  const gone = ended(child)
  let over = false
  void gone.then(() => { over = true })
  for (;;) {
    if (over) throw new Error(`the house ended: ${said.slice(-1_500)}`)
    const up = await fetch(`${url}/health`).then(({ ok }) => ok, () => false)
    if (up) break
    await pause(10)
  }
  const startMs = performance.now() - began, cookies: string[] = []
  let item = ''
  const ask = async (path: string, options: RequestInit): Promise<Answered> => {
    const from = performance.now(), answer = await fetch(url + path, { ...options, signal: AbortSignal.timeout(20_000) }), text = await answer.text()
    let body: unknown = text
    try { body = JSON.parse(text) } catch { /* as it is */ }
    return { status: answer.status, body, retryAfter: answer.headers.get('retry-after'), ms: performance.now() - from }
  }
  return {
    url, child, startMs, stderr: () => said,
    get: (path, lane = 0) => ask(path, { headers: { ...(cookies[lane] && { Cookie: cookies[lane] }) } }),
    submit: (id, lane) => ask(`/api/cases/${id}/submit-application`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `key-${id}`, Cookie: cookies[lane]! },
      body: JSON.stringify({ itemCode: item, hall, channel: 'window', applicantId: `a-${id}`, applicantName: `乐无忧${id}`, applicantNumber: '99010020000101001X' }) }),
    async signIn() {
      for (let lane = 0; lane < lanes; lane++) {
        const answer = await fetch(`${url}/api/me`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ person: clerks[lane % clerks.length] }) })
        if (!answer.ok) throw new Error(`nobody is let in: ${answer.status} ${await answer.text()}`)
        cookies[lane] = answer.headers.get('set-cookie')!.split(';')[0]!
      }
      const { body } = await ask('/api/collections/items?limit=50', { headers: { Cookie: cookies[0]! } })
      item = body.rows.find(({ officers }: { officers: string[] }) => clerks.every((clerk) => officers.includes(clerk))).code
    },
    async kill() { child.kill('SIGKILL'); await gone },
    async stop() { child.kill('SIGTERM'); await Promise.race([gone, pause(15_000).then(() => { child.kill('SIGKILL') })]); await gone },
  }
}

/** Cases by number: what was asked for, and what was answered. */
export type Cases = { tried: Set<string>; told: Set<string> }
/** What stands of the cases against what was answered; each stands once. Nobody may have the book meanwhile. */
export async function casesHold(dir: string, { tried, told }: Cases): Promise<string[]> {
  const wrong: string[] = [], verified = verifyBook(dir)
  if (!verified.ok) wrong.push(`verify: ${verified.position} ${verified.en}`)
  const book = await openBook(dir, { write: false }), submitted = new Map<string, number>()
  for await (const batch of book.readAll(0)) for (const { type, meta } of batch) {
    if (type === 'ApplicationSubmitted') submitted.set(meta.stream.slice('cases-'.length), (submitted.get(meta.stream.slice('cases-'.length)) ?? 0) + 1)
  }
  await book.close()
  for (const id of told) if (!submitted.has(id)) wrong.push(`lost: ${id} was acknowledged`)
  for (const [id, times] of submitted) if (times > 1 && tried.has(id)) wrong.push(`doubled: ${id}, ${times} times`)
  return wrong
}

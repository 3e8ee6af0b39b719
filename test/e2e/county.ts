import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { being } from '../cli/mingjian.ts'
import { once } from '../once.ts'
import { founded } from '../signed-in.ts'

export const root = new URL('../..', import.meta.url).pathname

const freePort = () => new Promise<number>((found, failed) => {
  const server = createServer().once('error', failed).listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => typeof address === 'object' && address ? found(address.port) : failed(new Error('no port')))
  })
})
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** As the inspector reads: who looks is somebody. */
const reading = (url: string, cookie: string) => async <T>(path: string): Promise<T> => {
  const response = await fetch(url + path, { headers: { cookie } })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return await response.json() as T
}
/** Working days played before the doors open: enough for cases that have ended, are late and were told late. */
const daysOfHistory = 30

/** `cookie`: of the inspector, who has said what for. */
export type County = { url: string; cookie: string; read<T>(path: string): Promise<T>; stop(): Promise<void>; close(): Promise<void> }

const server = join(root, 'dist/api/main.js')
const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, stdio: 'pipe' })
/** What is not built yet is built; what is built is taken as it is. */
function built() {
  if (!existsSync(server)) node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json')
  if (!existsSync(join(root, 'dist/ui/index.html'))) node('node_modules/vite/bin/vite.js', 'build')
}

async function started(dir: string, verb: string[], ready: string, enter: (url: string, said: () => string) => Promise<string>): Promise<County> {
  const port = await freePort(), url = `http://127.0.0.1:${port}`
  const said: string[] = []
  const child: ChildProcess = spawn(process.execPath, [server, ...verb, '--data', dir, '--port', String(port)], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => said.push(data.toString()))
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    await gone
    clearTimeout(late)
  }
  const close = async () => { await stop(); rmSync(dir, { recursive: true, force: true }) }
  for (const until = Date.now() + 255_000; ;) {
    if (said.join('').includes(ready) && await fetch(`${url}/health`).then(({ ok }) => ok, () => false)) {
      const cookie = await enter(url, () => said.join(''))
      return { url, cookie, stop, close, read: reading(url, cookie) }
    }
    if (child.exitCode !== null || Date.now() > until) { await close(); throw new Error(`${verb.join(' ')} did not start:\n${said.join('')}`) }
    await pause(200)
  }
}
const directory = () => mkdtempSync(join(tmpdir(), 'mingjian-e2e-'))

/** The county's history is played once in a run of the tests; every file of tests then goes on from a copy of its own. */
const played = () => once('county', async (dir) => {
  const county = await started(dir, ['demo', '--days', String(daysOfHistory), '--cameras', '0'], 'history played', () => Promise.resolve(''))
  await county.stop()
})
/** 演示县 — the platform as anybody would start it, on a port and a directory of its own. `cameras`: so many film it, and it lives at the pace of ours; `days`: a short history of its own. */
export async function openCounty({ cameras = 0, days }: { cameras?: number; days?: number } = {}): Promise<County> {
  built()
  const dir = directory()
  if (days === undefined) cpSync(await played(), dir, { recursive: true })
  return started(dir, ['demo', '--days', String(days ?? daysOfHistory), '--cameras', String(cameras)], days === undefined ? 'http' : 'history played', (url) => being(url))
}
/** 导入 — a real book with the first cases of a foreign log. */
export async function openImported(file: string, profile: string, rows: number): Promise<County> {
  built()
  const dir = directory(), some = join(dir, 'some.csv')
  writeFileSync(some, readFileSync(file, 'utf8').split('\n').slice(0, rows + 1).join('\n'))
  node(server, 'import', some, '--profile', profile, '--data', dir)
  return started(dir, ['serve'], 'http', async (url, said) => (await founded({ url, stderr: said })).cookieFor('inspector'))
}

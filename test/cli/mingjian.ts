import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { once } from '../once.ts'

const program = new URL('../../dist/api/main.js', import.meta.url).pathname
if (!existsSync(program)) throw new Error(`${program} is not there: build first (npm run build)`)

export type Said = { code: number; stdout: string; stderr: string; json: any }
const parsed = (text: string): unknown => { try { return JSON.parse(text) } catch { return undefined } }

type Streams = { out(text: string): void; err(text: string): void; isTerminal: boolean }
/** The same program in this process, loaded once: what every command does but start a process for it. It keeps its files from others, and so does a test that holds it. */
const loaded = () => import(pathToFileURL(program).href) as Promise<{ saidHere(args: string[], streams: Streams): Promise<number | undefined> }>

/** One verb, to its end. `json` is the document on stdout, where stdout is one. */
export async function run(...args: string[]): Promise<Said> {
  const { saidHere } = await loaded()
  process.umask(0o077)
  let stdout = '', stderr = ''
  const code = await saidHere(args, { out(text) { stdout += text }, err(text) { stderr += text }, isTerminal: false })
  if (code === undefined) throw new Error(`${args[0]} serves: start it by serving()`)
  return { code, stdout, stderr, json: parsed(stdout) }
}
/** The same as a person says it: a process of its own, which starts, answers and ends. */
export const runAlone = (...args: string[]): Promise<Said> => new Promise((resolve) => {
  execFile(process.execPath, [program, ...args], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
    resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr, json: parsed(stdout) })
  })
})
/** A verb that is expected to succeed, with its JSON. */
export async function told(...args: string[]): Promise<any> {
  const said = await run(...args, '--json')
  if (said.code !== 0 || said.json === undefined) throw new Error(`${args.join(' ')}: exit ${said.code}\n${said.stdout}\n${said.stderr}`)
  return said.json
}
export const startVerb = (args: readonly string[], nodeFlags: readonly string[] = []): ChildProcess =>
  spawn(process.execPath, [...nodeFlags, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
export const ended = (child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> => child.exitCode !== null || child.signalCode !== null
  ? Promise.resolve({ code: child.exitCode, signal: child.signalCode })
  : new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A folder of this test file's own, gone when it is done. */
export function workplace() {
  const root = mkdtempSync(join(tmpdir(), 'mingjian-acceptance-'))
  let made = 0
  return {
    root,
    dir: () => join(root, `data-${made++}`),
    file(name: string, content: string | Buffer) {
      const path = join(root, name)
      writeFileSync(path, content)
      return path
    },
    clear: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** How many facts a book holds, and the root over them. */
export async function headOf(dir: string): Promise<string> {
  const { ok, size, root } = await told('verify', '--data', dir)
  return `${ok} ${size} ${root}`
}
export const sizeOf = async (dir: string): Promise<number> => (await told('verify', '--data', dir)).size as number
export const hashOf = async (dir: string): Promise<string> => (await told('rebuild', '--data', dir)).hash as string

export const filesBelow = (dir: string): string[] => readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
  const path = join(dir, entry.name)
  return entry.isDirectory() ? filesBelow(path) : statSync(path).isFile() ? [path] : []
})
/** The files below a folder in which these bytes stand as they are. */
export const filesWith = (dir: string, needle: string): string[] => filesBelow(dir).filter((file) => readFileSync(file).includes(needle))

export const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const probe = createServer()
  probe.once('error', reject)
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as { port: number }
    probe.close(() => resolve(port))
  })
})

export type Served = { url: string; port: number; child: ChildProcess; stderr(): string; stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> }
/** `serve` or `demo`, once it says where it is. Nobody is filmed where nobody looks. */
export async function serving(verb: 'serve' | 'demo', dir: string, ...more: string[]): Promise<Served> {
  const port = await freePort()
  const child = startVerb([verb, '--data', dir, '--port', String(port), '--json', ...verb === 'demo' && !more.includes('--cameras') ? ['--cameras', '0'] : [], ...verb === 'serve' ? ['--rtmp-port', '0'] : [], ...more])
  let out = '', err = ''
  child.stderr!.on('data', (chunk) => { err += String(chunk) })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', (chunk) => {
      out += String(chunk)
      const said = out.includes('\n') && parsed(out.slice(0, out.indexOf('\n'))) as { url: string } | undefined
      if (said) resolve(said.url)
    })
    child.once('exit', (code) => reject(new Error(`${verb} ended with ${code}: ${err}`)))
  })
  return { url, port, child, stderr: () => err, stop() { child.kill('SIGTERM'); return ended(child) } }
}

/** The book that a public log makes, in a folder of its own: imported once for all who ask something of it. */
export const importedInto = async (dir: string, file: string, profile: string): Promise<void> =>
  cpSync(await once(profile, (made) => told('import', file, '--profile', profile, '--data', made)), dir, { recursive: true })

/** A small foreign log told into a directory, and the house served over it. `name`: of the source and its hall. */
export async function servingLog(place: ReturnType<typeof workplace>, dir: string, name: string, rows: readonly string[]): Promise<Served> {
  const csv = place.file(`${name}.csv`, `no,what,when,task\n${rows.join('\n')}\n`)
  const profile = place.file(`${name}.json`, JSON.stringify({ source: name, hall: { id: name, zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
    case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } }, event: { activity: 'what', at: 'when', key: ['task'] } }))
  await told('import', csv, '--profile', profile, '--data', dir)
  return serving('serve', dir)
}

/** 演示里的一个人 — as whom a demonstration lets anybody look, who has said what for: the cookie of a session. */
export async function being(url: string, person = 'chen-jingzhi'): Promise<string> {
  const post = (path: string, body: object, cookie?: string) => fetch(`${url}/api/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...(cookie && { Cookie: cookie }) }, body: JSON.stringify(body) })
  const chosen = await post('me', { person })
  if (chosen.status !== 204) throw new Error(`${person}: ${chosen.status} ${await chosen.text()}`)
  const cookie = chosen.headers.get('set-cookie')!.split(';')[0]!, said = await post('me/purpose', { text: '日常监察' }, cookie)
  if (!said.ok) throw new Error(`no purpose for ${person}: ${said.status} ${await said.text()}`)
  return cookie
}

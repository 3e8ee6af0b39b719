import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = new URL('../..', import.meta.url).pathname
export const chromium = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path))

const freePort = () => new Promise<number>((found, failed) => {
  const server = createServer().once('error', failed).listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => typeof address === 'object' && address ? found(address.port) : failed(new Error('no port')))
  })
})
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

const reading = (url: string) => async <T>(path: string): Promise<T> => {
  const response = await fetch(url + path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return await response.json() as T
}
export type County = { url: string; read<T>(path: string): Promise<T>; stop(): Promise<void>; close(): Promise<void> }

/** 演示县 — the platform as anybody would start it, on a port and a directory of its own. */
export async function openCounty(): Promise<County> {
  const [server, pages] = [join(root, 'dist/api/main.js'), join(root, 'dist/ui/index.html')]
  const build = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, stdio: 'pipe' })
  if (!existsSync(server)) build('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json')
  if (!existsSync(pages)) build('node_modules/vite/bin/vite.js', 'build')
  const dir = mkdtempSync(join(tmpdir(), 'mingjian-e2e-')), port = await freePort(), url = `http://127.0.0.1:${port}`
  const said: string[] = []
  const child: ChildProcess = spawn(process.execPath, [server, 'demo', '--data', dir, '--port', String(port)], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout?.on('data', (data: Buffer) => said.push(data.toString()))
  child.stderr?.on('data', (data: Buffer) => said.push(data.toString()))
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    await gone
    clearTimeout(late)
  }
  const close = async () => { await stop(); rmSync(dir, { recursive: true, force: true }) }
  for (const until = Date.now() + 55_000; ;) {
    if (await fetch(`${url}/health`).then(({ ok }) => ok, () => false)) break
    if (child.exitCode !== null || Date.now() > until) { await close(); throw new Error(`the demonstration did not start:\n${said.join('')}`) }
    await pause(200)
  }
  return { url, stop, close, read: reading(url) }
}

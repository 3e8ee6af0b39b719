import { text } from 'node:stream/consumers'
import { usageError, type Report } from './verb.ts'

const loopback = ['127.0.0.1', '::1', 'localhost']
/** In the clear, no address but this machine's own. */
export function addressOf(host: string | undefined, port: string | undefined, defaultPort: number) {
  if (host !== undefined && !loopback.includes(host)) throw usageError('host',
    `本身不做 TLS，只在本机地址服务（${loopback.join('、')}），不接受 ${host}；对外请在本机前置 TLS 代理`,
    `It speaks no TLS itself: only loopback addresses are served (${loopback.join(', ')}), not ${host}; put a proxy with TLS before it on this machine`)
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw usageError('port', '端口须为 0…65535', 'port is a number from 0 to 65535')
  return { host: host ?? '127.0.0.1', port: port === undefined ? defaultPort : Number(port) }
}

/** Asks to stop once more than once, and it stops at once. */
export function untilStopped(close: () => Promise<void>) {
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {
    if (stopping) process.exit(130)
    stopping = true
    process.stderr.write('正在停止… / stopping…\n')
    void close().then(() => process.exit(0), (error: unknown) => { process.stderr.write(`${String(error)}\n`); process.exit(1) })
  })
}

/** 两路输出 — where a command says its answer, and where it says how far it is. */
export type Streams = { out(text: string): void; err(text: string): void; isTerminal: boolean }
export const ofThisProcess: Streams = { out(text) { process.stdout.write(text) }, err(text) { process.stderr.write(text) }, isTerminal: process.stderr.isTTY }

const reportEveryMs = 200
/** Progress on stderr: one line that changes on a terminal, a line now and then elsewhere. */
export const reporter = ({ err, isTerminal }: Streams): Report => {
  let said = -Infinity
  return (line) => {
    const now = performance.now()
    if (now - said < reportEveryMs) return
    said = now
    err(isTerminal ? `\r\x1b[K${line}` : `${line}\n`)
  }
}

/** `--option -`: the first line of stdin stands in its place. */
export async function withStdin(args: string[], option: string | undefined): Promise<string[]> {
  const at = args.findIndex((arg, i) => arg === `--${option}=-` || (arg === `--${option}` && args[i + 1] === '-'))
  if (option === undefined || at < 0) return args
  const line = (await text(process.stdin)).split('\n')[0]!.trim()
  return [...args.slice(0, at), `--${option}=${line}`, ...args.slice(args[at] === `--${option}` ? at + 2 : at + 1)]
}

import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

/** 服务进程 — the process that holds the pen of a directory, as the kernel shows it to the same user. */
export type Serving = { pid: number; umask?: number; coreBytes?: string; environment: readonly string[]; listening: readonly string[] }

const quietly = <T>(look: () => T): T | undefined => { try { return look() } catch { return undefined } }
const linksOf = (pid: number) => quietly(() => readdirSync(`/proc/${pid}/fd`).map((fd) => quietly(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '')) ?? []

/** 0100007F:1F90 of /proc/net/tcp: four bytes at a time, each the other way round. */
function addressIn(hex: string): string {
  const [host = '', port = ''] = hex.split(':'), words = host.match(/.{8}/g) ?? [], bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte,
    16)))
  const shown = bytes.length === 4 ? bytes.join('.') : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0)) ? '[::1]'
    : `[${words.map((_, i) => bytes.slice(4 * i, 4 * i + 4).map((byte) => byte.toString(16).padStart(2, '0')).join('')).join(':')}]`
  return `${shown}:${Number.parseInt(port, 16)}`
}
function listeningOf(pid: number, links: readonly string[]): string[] {
  const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]).filter((inode) => inode !== undefined))
  return ['tcp', 'tcp6'].flatMap((table) => (quietly(() => readFileSync(`/proc/${pid}/net/${table}`, 'utf8')) ?? '').split('\n').slice(1).flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
    return state === '0A' && inodes.has(inode) ? [addressIn(local)] : []
  }))
}
/** What a process lets be seen of itself; of this one too. */
export function processOf(pid: number): Omit<Serving, 'listening'> {
  const umask = /^Umask:\s*(\d+)/m.exec(quietly(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? '')?.[1]
  const core = /^Max core file size\s+(\S+)/m.exec(quietly(() => readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? '')?.[1]
  const environment = (quietly(() => readFileSync(`/proc/${pid}/environ`, 'utf8')) ?? '').split('\0').filter((entry) => entry !== '')
  return { pid, ...(umask !== undefined && { umask: Number.parseInt(umask, 8) }), ...(core !== undefined && { coreBytes: core }), environment }
}
/** 本进程, where it serves itself. */
export const servingHere = (): Serving => ({ ...processOf(process.pid), listening: listeningOf(process.pid, linksOf(process.pid)) })
/** Who holds the pen; nothing where nobody does, or where the system does not show it. */
export function servingOf(dir: string): Serving | undefined {
  const lock = quietly(() => realpathSync(join(dir, 'book.lock.db')))
  if (lock === undefined) return undefined
  for (const name of quietly(() => readdirSync('/proc')) ?? []) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    const pid = Number(name), links = linksOf(pid)
    if (links.includes(lock)) return { ...processOf(pid), listening: listeningOf(pid, links) }
  }
  return undefined
}

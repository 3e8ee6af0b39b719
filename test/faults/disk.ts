import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Mark } from './story.ts'

/** 录 — one call as the recorder wrote it down, or a mark of the process that was watched. */
export type Call =
  | { op: 'create' | 'unlink' | 'mkdir' | 'rmdir' | 'mapped'; path: string; inode: number }
  | { op: 'sync' | 'sync-failed'; path: string; inode: number }
  | { op: 'write'; path: string; inode: number; offset: number; bytes: Buffer }
  | { op: 'truncate'; path: string; inode: number; offset: number }
  | { op: 'rename'; path: string; other: string }
  | { op: 'mark'; mark: Mark }
const ops = ['', 'create', 'write', 'truncate', 'sync', 'sync-failed', 'rename', 'unlink', 'mkdir', 'rmdir', 'mapped', 'mark'] as const
const headBytes = 32

/** The last record is not whole: who was killed in the middle of a call may have made it without its being on record. */
export class TornLog extends Error {}

export function callsIn(log: Buffer): Call[] {
  const calls: Call[] = []
  for (let at = 0; at < log.length;) {
    if (at + headBytes > log.length) throw new TornLog(`the recorder's log ends in the middle of what begins at ${at}`)
    const [op, path, other, bytes] = [0, 4, 8, 12].map((field) => log.readUInt32LE(at + field)) as [number, number, number, number]
    const offset = Number(log.readBigUInt64LE(at + 16)), inode = Number(log.readBigUInt64LE(at + 24))
    const text = (from: number, length: number) => log.toString('utf8', from, from + length)
    const from = at + headBytes, end = from + path + other + bytes
    if (ops[op] && end > log.length) throw new TornLog(`the recorder's log ends in the middle of what begins at ${at}`)
    if (!ops[op]) throw new Error(`the recorder's log cannot be read at ${at}`)
    const data = log.subarray(from + path + other, end)
    calls.push({ op: ops[op], path: text(from, path), other: text(from + path, other), inode, offset, bytes: data, ...(op === 11 && { mark: JSON.parse(data.toString()) as Mark }) } as Call)
    at = end
  }
  return calls
}

const page = 4096, sector = 512
/** A file's bytes that grow as they are written. */
class Content {
  bytes = Buffer.alloc(0)
  size = 0
  #room(size: number) {
    if (size <= this.bytes.length) return
    const more = Buffer.alloc(Math.max(size, this.bytes.length * 2))
    this.bytes.copy(more, 0, 0, this.size)
    this.bytes = more
  }
  write(offset: number, bytes: Buffer) {
    this.#room(offset + bytes.length)
    bytes.copy(this.bytes, offset)
    this.size = Math.max(this.size, offset + bytes.length)
  }
  truncate(size: number) {
    this.#room(size)
    if (size < this.size) this.bytes.fill(0, size, this.size)
    this.size = size
  }
}
type Change = { write: Buffer; offset: number } | { truncate: number }
/** `kept`: what is surely on the disk. `cached`: what whoever reads now would see. `doomed`: pages whose write-back failed; the kernel calls them
    clean, shows what was written, and never writes them again unless somebody else does. */
type File = { kept: Content; cached: Content; doomed: Set<number> }
type Entry = File | 'folder'
type Naming = { folder: string; add?: [path: string, entry: Entry]; remove?: string }
type Pending = { file: File; change: Change } | { naming: Naming }

const apply = (content: Content, change: Change) => { if ('write' in change) content.write(change.offset, change.write); else content.truncate(change.truncate) }
const pagesOf = (offset: number, length: number) => Array.from({ length: Math.floor((offset + length - 1) / page) - Math.floor(offset / page) + 1 }, (_, i) => Math.floor(offset / page) + i)

/** 断 — what of the writes that were not synced reached the disk: none; the first of them in order; or any, down to single sectors. */
export type Cut = 'drop' | 'cut' | 'tear'
export const cuts: readonly Cut[] = ['drop', 'cut', 'tear']

/** 磁盘 — a disk as POSIX allows it to be. A write is there after the sync of its file; a name (made, moved, taken away) after the sync of its folder. */
export class Disk {
  readonly #root: string
  #names = new Map<string, Entry>()
  #shown = new Map<string, Entry>()
  #files = new Map<number, File>()
  #pending: Pending[] = []
  constructor(root: string) { this.#root = root }

  get pending() { return this.#pending.length }

  #name(naming: Naming) {
    rename(this.#shown, naming)
    this.#pending.push({ naming })
  }
  #change(file: File, change: Change) {
    apply(file.cached, change)
    if (!('write' in change)) { this.#pending.push({ file, change }); return }
    // A page that is written again goes to the disk whole, as it stands in the cache, and its former failure is mended.
    const mended = file.doomed.size === 0 ? [] : pagesOf(change.offset, change.write.length).filter((one) => file.doomed.delete(one))
    for (const one of mended) this.#pending.push({ file, change: { offset: one * page, write: Buffer.from(file.cached.bytes.subarray(one * page, Math.min((one + 1) * page, file.cached.size))) } })
    this.#pending.push({ file, change })
  }

  take(call: Call): void {
    switch (call.op) {
      case 'mkdir': return this.#name({ folder: dirname(call.path), add: [call.path, 'folder'] })
      case 'rmdir': case 'unlink': return this.#name({ folder: dirname(call.path), remove: call.path })
      case 'rename': {
        if (dirname(call.path) !== dirname(call.other)) throw new Error(`moved across folders: ${call.path}`)
        const entry = this.#shown.get(call.path)
        if (!entry) throw new Error(`moved, and not there: ${call.path}`)
        return this.#name({ folder: dirname(call.path), remove: call.path, add: [call.other, entry] })
      }
      case 'create': {
        const file: File = { kept: new Content(), cached: new Content(), doomed: new Set() }
        this.#files.set(call.inode, file)
        return this.#name({ folder: dirname(call.path), add: [call.path, file] })
      }
      case 'write': return this.#change(this.#files.get(call.inode)!, { offset: call.offset, write: call.bytes })
      case 'truncate': return this.#change(this.#files.get(call.inode)!, { truncate: call.offset })
      case 'sync': return this.#settle(call, (one) => { if ('naming' in one) rename(this.#names, one.naming); else apply(one.file.kept, one.change); return true })
      case 'sync-failed': return this.#settle(call, (one) => {
        if ('naming' in one || !('write' in one.change)) return false
        for (const lost of pagesOf(one.change.offset, one.change.write.length)) one.file.doomed.add(lost)
        return true
      })
    }
  }
  /** `settled`: whether nothing more will come of it. */
  #settle({ path, inode }: { path: string; inode: number }, settled: (one: Pending) => boolean) {
    const file = this.#files.get(inode), isFolder = this.#shown.get(path) === 'folder' || path === this.#root
    this.#pending = this.#pending.filter((one) => {
      const here = 'naming' in one ? isFolder && one.naming.folder === path : !isFolder && one.file === file
      return !(here && settled(one))
    })
  }

  /** What is left after a power cut now, written to a folder. `chance` decides what the disk had got to. */
  leave(into: string, cut: Cut, chance: () => number): void {
    const names = new Map(this.#names), written = new Map<File, Change[]>()
    const keep = (one: Pending, some?: (bytes: Buffer) => [from: number, to: number][]) => {
      if ('naming' in one) { rename(names, one.naming); return }
      const list = written.get(one.file) ?? []
      written.set(one.file, list)
      const { change } = one
      if (!some || !('write' in change)) list.push(change)
      else for (const [from, to] of some(change.write)) list.push({ offset: change.offset + from, write: change.write.subarray(from, to) })
    }
    if (cut === 'cut') {
      const whole = Math.floor(chance() * (this.#pending.length + 1))
      this.#pending.forEach((one, i) => {
        if (i < whole) keep(one)
        else if (i === whole && !('naming' in one)) keep(one, (bytes) => [[0, Math.floor(chance() * (bytes.length / sector + 1)) * sector]])
      })
    }
    if (cut === 'tear') {
      // Names of one folder come in order, as far as they come; writes come as they like, and of the last ones only some sectors.
      const folders = new Map<string, number>()
      const last = this.#pending.length - 12
      this.#pending.forEach((one, i) => {
        if ('naming' in one) {
          const { folder } = one.naming, stops = folders.get(folder) ?? (folders.set(folder, chance()), folders.get(folder)!)
          if (stops > 0 && chance() < stops) keep(one)
          else folders.set(folder, -1)
        } else if (i >= last && chance() < 0.6) keep(one, (bytes) => Array.from({ length: Math.ceil(bytes.length / sector) }, (_, n) => n * sector)
          .filter(() => chance() < 0.5).map((from) => [from, Math.min(from + sector, bytes.length)]))
        else if (chance() < 0.5) keep(one)
      })
    }
    this.#write(into, names, written)
  }
  #write(into: string, names: Map<string, Entry>, written: Map<File, Change[]>) {
    mkdirSync(into, { recursive: true })
    for (const path of [...names.keys()].sort()) {
      let above = dirname(path)
      while (above !== this.#root && names.get(above) === 'folder') above = dirname(above)
      if (above !== this.#root || path.endsWith('-shm')) continue
      const entry = names.get(path)!, to = join(into, relative(this.#root, path))
      if (entry === 'folder') { mkdirSync(to, { recursive: true, mode: 0o700 }); continue }
      const file = openSync(to, 'w+', 0o600), { kept } = entry
      for (let at = 0; at < kept.size; at += 65536) {
        const some = kept.bytes.subarray(at, Math.min(at + 65536, kept.size))
        if (!isZero(some)) writeSync(file, some, 0, some.length, at)
      }
      ftruncateSync(file, kept.size)
      for (const change of written.get(entry) ?? []) {
        if ('truncate' in change) ftruncateSync(file, change.truncate)
        else if (change.write.length > 0) writeSync(file, change.write, 0, change.write.length, change.offset)
      }
      closeSync(file)
    }
  }
}
const zeros = Buffer.alloc(65536)
const isZero = (bytes: Buffer) => bytes.equals(bytes.length === zeros.length ? zeros : zeros.subarray(0, bytes.length))
function rename(names: Map<string, Entry>, { add, remove }: Naming) {
  if (remove !== undefined) names.delete(remove)
  if (add) names.set(...add)
}

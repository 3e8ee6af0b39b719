import { createHash } from 'node:crypto'
import { chmodSync, closeSync, copyFileSync, createReadStream, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import Database from 'libsql'

/** Files below a folder by their names from it, sorted; links, sockets and pipes are named apart, since nobody's content stands in them. */
export function filesBelow(root: string): { files: string[]; others: string[] } {
  const files: string[] = [], others: string[] = []
  const visit = (dir: string) => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name), name = relative(root, path).split(sep).join('/')
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile()) files.push(name)
      else others.push(name)
    }
  }
  if (existsSync(root)) visit(root)
  return { files: files.sort(), others: others.sort() }
}

export async function hashOf(path: string): Promise<string> {
  const sum = createHash('sha256')
  for await (const chunk of createReadStream(path)) sum.update(chunk as Buffer)
  return sum.digest('hex')
}

/** On disk, not only in memory: a file, or a folder's list of names. */
export function sync(path: string): void {
  const opened = openSync(path, 'r')
  try { fsyncSync(opened) } finally { closeSync(opened) }
}
/** A folder and all folders in it, the innermost first. */
export function syncFolders(dir: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) if (entry.isDirectory()) syncFolders(join(dir, entry.name))
  sync(dir)
}
const roomFor = (path: string) => mkdirSync(dirname(path), { recursive: true, mode: 0o700 })

/** A copy that its owner alone can read, and that outlives a power cut. */
export function copyDurably(from: string, to: string): void {
  roomFor(to)
  copyFileSync(from, to)
  chmodSync(to, 0o600)
  sync(to)
}

/** 库的副本 — a database as it stands in one transaction, whoever writes it meanwhile: what was deleted is not in the copy. */
export function copyDatabase(from: string, to: string): void {
  roomFor(to)
  const db = new Database(from, { timeout: 10_000 })
  try { db.prepare('VACUUM INTO ?').run([to] as never) } finally { db.close() }
  chmodSync(to, 0o600)
  sync(to)
}

/** The nearest folder that there is: where something that is not made yet will lie. */
const standing = (path: string): string => existsSync(path) ? path : standing(dirname(path))
export const deviceOf = (path: string): number => statSync(standing(path)).dev
export const isEmptyPlace = (path: string): boolean => !existsSync(path) || (lstatSync(path).isDirectory() && readdirSync(path).length === 0)
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder, syncFolder } from '../durable.ts'
import type { Suite } from './cipher.ts'

/** 权限 — what lies here is its owner's alone. Wider rights are taken back, and that is said: a copy may have been made meanwhile. */
export function keptByOwner(dir: string, say: (line: string) => void) {
  makeFolder(dir)
  for (const path of [dir, ...readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name))]) {
    const found = statSync(path, { throwIfNoEntry: false }), is = (found?.mode ?? 0) & 0o777, mode = found?.isDirectory() ? 0o700 : 0o600
    if ((is & 0o077) === 0) continue
    chmodSync(path, mode)
    say(`${path}: 权限 ${is.toString(8)} 过宽，已改为 ${mode.toString(8)}；请查明期间谁读过 / its rights were ${is.toString(8)} and are ${mode.toString(8)} now; find out who has read it meanwhile`)
  }
}

/** Whole or not at all, readable by its owner alone. */
function written(path: string, text: string) {
  const file = openSync(`${path}.new`, 'w', 0o600)
  writeSync(file, text)
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
  syncFolder(dirname(path))
}
/** A key of the house's own (`master` wraps the persons', `blind` makes blind words, `credentials` is for what people sign in with, `evidence` signs bundles of
    footage): made at the first start. `file`: what is of no use without it. */
export function ownKey(dir: string, name: 'master' | 'blind' | 'credentials' | 'evidence', file?: string): Buffer {
  const path = join(dir, `${name}.key`)
  // Made before the first key that it wraps: where it is gone and those are there, another one would open none of them, and hide that.
  if (!existsSync(path) && file !== undefined && existsSync(join(dir, file))) throw new Error(`${path}: 钥匙文件不见了 / the key file is gone; restore it from the backup of the keys`)
  if (!existsSync(path)) written(path, randomBytes(32).toString('hex'))
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
  if (key.length !== 32) throw new Error(`${path}: 钥匙文件损坏 / the key file is damaged; restore it from the backup of the keys`)
  return key
}

/** 套件不符 — chosen at the first start and remembered: blind words of two suites would not find each other. */
export class OtherSuite extends Error {
  override readonly name = 'OtherSuite'
  readonly field = 'suite'
  readonly zh: string
  readonly en: string
  constructor(suite: Suite) {
    const zh = `这个目录的钥匙库首次启动时选定了套件 ${suite}，不能改用另一套`, en = `The keys of this directory are of suite ${suite}, chosen at its first start, and stay so`
    super(`${zh} / ${en}`)
    this.zh = zh
    this.en = en
  }
}
/** A store that is older than the choice is of the first suite. */
export function suiteHere(dir: string, asked: Suite | undefined): Suite {
  const path = join(dir, 'suite'), said = existsSync(path) ? readFileSync(path, 'utf8').trim() : existsSync(join(dir, 'master.key')) ? 'intl' : undefined
  if (said === undefined) {
    written(path, `${asked ?? 'intl'}\n`)
    return asked ?? 'intl'
  }
  if (said !== 'intl' && said !== 'SM') throw new Error(`${path}: 不认识的套件 / an unknown suite: ${said}`)
  if (asked !== undefined && asked !== said) throw new OtherSuite(said)
  return said
}

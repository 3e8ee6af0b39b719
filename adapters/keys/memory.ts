import { randomBytes } from 'node:crypto'
import type { Keys } from '../../domain/kernel/ports.ts'
import { blinded, nameOf, opened, sealedWith, type Suite } from './cipher.ts'

/** 内存钥匙 — one key per person and matter, gone with the process. */
export function memoryKeys(suite: Suite = 'intl'): Keys {
  const keys = new Map<string, Buffer>(), restricted = new Set<string>(), gone = new Set<string>(), blindKey = randomBytes(32)
  const mattersOf = (subject: string) => [...keys.keys()].map((name) => JSON.parse(name) as [string, string]).filter(([of]) => of === subject).map(([, matter]) => matter)
  return {
    async seal(subject, matter, plain) {
      const name = nameOf(subject, matter), key = keys.get(name) ?? randomBytes(32)
      if (!gone.has(name)) keys.set(name, key)
      return { subject, matter, sealed: sealedWith(key, name, plain, suite) }
    },
    async open({ subject, matter, sealed }) {
      const name = nameOf(subject, matter), key = restricted.has(name) ? undefined : keys.get(name)
      return key && opened(key, name, sealed)
    },
    async forget(subject, matter) {
      for (const one of matter === undefined ? mattersOf(subject) : [matter]) {
        const name = nameOf(subject, one)
        keys.delete(name)
        restricted.delete(name)
        gone.add(name)
      }
    },
    async restrict(subject, matter) { if (!gone.has(nameOf(subject, matter))) restricted.add(nameOf(subject, matter)) },
    async standing(subject, matter) {
      const name = nameOf(subject, matter)
      return restricted.has(name) ? 'restricted' : keys.has(name) ? 'open' : 'gone'
    },
    matters: async (subject) => mattersOf(subject),
    blind: async (field, text) => blinded(suite, blindKey, field, text),
    async close() {},
  }
}

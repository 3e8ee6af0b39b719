import { randomBytes } from 'node:crypto'
import type { Keys } from '../../domain/kernel/ports.ts'
import { blinded, nameOf, opened, sealedWith } from './cipher.ts'

/** 内存钥匙 — one key per person and matter, gone with the process. */
export function memoryKeys(): Keys {
  const keys = new Map<string, Buffer>(), blindKey = randomBytes(32)
  return {
    async seal(subject, matter, plain) {
      const name = nameOf(subject, matter)
      const key = keys.get(name) ?? randomBytes(32)
      keys.set(name, key)
      return { subject, matter, sealed: sealedWith(key, name, plain) }
    },
    async open({ subject, matter, sealed }) {
      const key = keys.get(nameOf(subject, matter))
      return key && opened(key, nameOf(subject, matter), sealed)
    },
    async forget(subject, matter) {
      for (const name of keys.keys()) if (matter !== undefined ? name === nameOf(subject, matter) : JSON.parse(name)[0] === subject) keys.delete(name)
    },
    blind: async (field, text) => blinded(blindKey, field, text),
    async close() {},
  }
}

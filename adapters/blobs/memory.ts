import type { Arrival, Blobs } from '../../domain/kernel/ports.ts'
import { blobOf } from './frames.ts'

/** 内存附件库 — gone with the process. */
export function memoryBlobs(): Blobs {
  const kept = new Map<string, { subject: string; matter: string; bytes: Uint8Array }>(), arrived = new Map<string, Arrival>()
  const nameOf = (subject: string, matter: string, blob: string) => JSON.stringify([subject, matter, blob])
  const ofArrival = ({ subject, matter, blob }: Arrival) => nameOf(subject, matter, blob)
  const isOf = (one: { subject: string; matter: string }, subject: string, matter?: string) => one.subject === subject && (matter === undefined || one.matter === matter)
  return {
    async put(subject, matter, bytes) {
      const blob = blobOf(bytes)
      kept.set(nameOf(subject, matter, blob), { subject, matter, bytes: bytes.slice() })
      return { blob, bytes: bytes.length }
    },
    open: async (subject, matter, blob) => kept.get(nameOf(subject, matter, blob))?.bytes.slice(),
    async look(subject, matter, blob) {
      const found = kept.get(nameOf(subject, matter, blob))
      return found && { bytes: found.bytes.length, head: found.bytes.slice(0, 1 << 16) }
    },
    async taken(subject, matter) {
      const of = [...kept.values()].filter((one) => isOf(one, subject, matter))
      return { count: of.length, bytes: of.reduce((sum, { bytes }) => sum + bytes.length, 0) }
    },
    async remove(subject, matter, blob) { kept.delete(nameOf(subject, matter, blob)) },
    async forget(subject, matter) {
      for (const [name, one] of kept) if (isOf(one, subject, matter)) kept.delete(name)
      for (const [name, one] of arrived) if (isOf(one, subject, matter)) arrived.delete(name)
    },
    free: async () => Number.MAX_SAFE_INTEGER,
    async note(arrival) { arrived.set(ofArrival(arrival), { ...arrival }) },
    arrivals: async () => [...arrived.values()].map((one) => ({ ...one })).sort((a, b) => a.at < b.at ? -1 : 1),
    async settle(arrival) { arrived.delete(ofArrival(arrival)) },
    async close() {},
  }
}

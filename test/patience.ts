import { vi } from 'vitest'

/** 耐心 — how many times as long as is usually enough something is waited for: a machine that has much else to do is slow, not wrong. What comes is not waited for any longer.
    A test that says less than `boundMs` means it: within that it has to come. */
const patience = 3, boundMs = 5_000, patient = Symbol.for('patient')
const longer = (options: number | { timeout?: number; interval?: number } = {}) => {
  const { timeout, ...more } = typeof options === 'number' ? { timeout: options } : options
  return { ...more, timeout: timeout !== undefined && timeout < boundMs ? timeout : (timeout ?? 1_000) * patience }
}
// Files that share a process come here one after the other.
if (!(patient in vi)) {
  const { waitFor, waitUntil } = vi
  Object.assign(vi, { [patient]: true, waitFor: ((callback, options) => waitFor(callback, longer(options))) as typeof waitFor,
    waitUntil: ((callback, options) => waitUntil(callback, longer(options))) as typeof waitUntil })
}

import { canonical } from '../../domain/kernel/canonical.ts'

/** Longer texts go to the engine's own writer, which is faster from about there on. */
const shortLength = 80

function quoted(text: string): string {
  if (text.length > shortLength) return JSON.stringify(text)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit <= 0xdfff)) return JSON.stringify(text)
  }
  return `"${text}"`
}

function ordered(keys: string[]): string[] {
  if (keys.length > 40) return keys.sort()
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!
    let at = i
    for (; at > 0 && keys[at - 1]! > key; at--) keys[at] = keys[at - 1]!
    keys[at] = key
  }
  return keys
}

/** 规范文本 — the kernel's `canonical`, several times as fast; equal to it by a property test. */
export function canonicalFast(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? `${value}` : canonical(value)
  if (typeof value !== 'object' || value === null) return canonical(value)
  let text = ''
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) text += `${i === 0 ? '' : ','}${canonicalFast(value[i] === undefined ? null : value[i])}`
    return `[${text}]`
  }
  const object = value as Record<string, unknown>
  for (const key of ordered(Object.keys(object))) {
    const field = object[key]
    if (field !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalFast(field)}`
  }
  return `{${text}}`
}

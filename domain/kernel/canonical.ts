/** 规范文本 — RFC 8785: keys in UTF-16 order, no spaces, ECMAScript numbers. The same value always has the same bytes.
    Only what JSON can say: `undefined` fields are absent, a number that is not finite is a bug and throws. */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`not a JSON number: ${value}`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item === undefined ? null : item)).join(',')}]`
  if (typeof value !== 'object') throw new Error(`not a JSON value: ${typeof value}`)
  const object = value as Record<string, unknown>
  let text = ''
  for (const key of Object.keys(object).sort()) {
    if (object[key] === undefined) continue
    text += `${text && ','}${JSON.stringify(key)}:${canonical(object[key])}`
  }
  return `{${text}}`
}

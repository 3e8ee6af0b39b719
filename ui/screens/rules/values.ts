import type { Formatter } from '../../format.ts'
import type { RuleEntry } from './asks.ts'
import type { Words } from './words.zh.ts'

type Unit = keyof Words['units']
/** 单位 by the end of the name, as names of parameters are made (domain.md D.1). */
export function unitOf(name: string): Unit {
  const ends = (end: string) => name.endsWith(end) || name === end[0]!.toLowerCase() + end.slice(1)
  const found = (['WorkingDays', 'Days', 'Minutes', 'Hours', 'Share', 'Cases', 'Officers'] as const).find(ends)
  if (found) return found
  if (name === 'percentile') return 'Share'
  if (name === 'sigmas') return 'sigmas'
  if (name === 'leastGrants') return 'Cases'
  return ['times', 'returns', 'yellowAtReturns', 'sendBacks', 'maxPauses', 'leastPurchases'].includes(name) ? 'times' : 'plain'
}
/** As it is read and typed: a share in hundredths. */
export const asTyped = (name: string, value: number): string => unitOf(name) === 'Share' ? String(Math.round(value * 1e6) / 1e4) : String(value)
export const fromTyped = (name: string, text: string): number => /^-?\d+(\.\d+)?$/.test(text.trim()) ? unitOf(name) === 'Share' ? Math.round(Number(text) * 1e4) / 1e6 : Number(text) : NaN
export function valueWord(name: string, value: number, words: Words, f: Formatter): string {
  const unit = unitOf(name)
  return unit === 'Share' ? `${asTyped(name, value)}%` : words.units[unit](f.count(value))
}
export const nameWord = (name: string, words: Words): string => words.names[name] ?? name
/** What a rule goes by: what bites, else what is tried, else what it came with. */
export const paramsNow = ({ inForce, onTrial, params }: RuleEntry): Record<string, number> => inForce?.params ?? onTrial?.params ?? params
export const nextVersion = ({ version, published }: RuleEntry): number => Math.max(version, ...published.map((one) => one.version)) + 1
/** 公式 with the names of its parameters in words. */
export const spelled = (formula: string, params: readonly string[], words: Words, values: (name: string) => string): { text: string; param: boolean }[] =>
  params.length === 0 ? [{ text: formula, param: false }] : formula.split(new RegExp(`\\b(${params.join('|')})\\b`)).map((text, i) => i % 2 ? { text: values(text), param: true } : { text, param: false })

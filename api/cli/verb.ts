import { parseArgs } from 'node:util'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'

export type Said = { positional: readonly string[]; options: Readonly<Record<string, string | boolean | readonly string[] | undefined>> }
/** A number of steps done, for the line on stderr; without a total where none is known. */
export type Report = (line: string) => void
export type Answer = { json: unknown; text: string; exitCode?: number }
export type Verb = {
  name: string
  usage: string
  zh: string
  en: string
  /** `multiple`: it may be said more than once, and counts each time. */
  options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean; zh: string; en: string }>
  /** Names of what must be said without a dash. */
  positional: readonly string[]
  /** Verbs that write are done by the server that holds the book, where there is one. */
  writes?: boolean
  /** Writes nothing, and is asked of the server where there is one, which has at hand what would have to be derived. */
  served?: boolean
  /** Reads the files of the directory alone, beside whoever serves it. */
  files?: boolean
  /** An option that is read from stdin where it is said as `-`, so that a name stays out of the history of the shell. */
  stdin?: string
  /** An option that makes a reading verb write. */
  writesWith?: string
  /** What can be wrong before anything is opened: a fresh directory stays untouched. */
  check?(said: Said): Promise<void>
  run(rooms: Rooms, said: Said, report: Report): Promise<Answer>
}

export const commonOptions = {
  data: { type: 'string', zh: '数据目录（默认 ./data）', en: 'data directory (default ./data)' },
  json: { type: 'boolean', zh: '标准输出只给一个 JSON 文档', en: 'one JSON document on stdout' },
  help: { type: 'boolean', zh: '用法', en: 'usage' },
} as const

export const usageError = (field: string, zh: string, en: string) => new Unanswerable(400, 'bad-usage', zh, en, { field })

/** `--order -openedAt` means what it says: the word after an option that takes one is its value, though it begins with a dash. */
function joined(args: readonly string[], known: Record<string, { type: string }>): string[] {
  const said: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!, next = args[i + 1]
    const takesOne = arg.startsWith('--') && known[arg.slice(2)]?.type === 'string'
    if (takesOne && next !== undefined && /^-[^-]/.test(next)) { said.push(`${arg}=${next}`); i++ } else said.push(arg)
  }
  return said
}

/** Reads what was said to a verb; an unknown option or a missing word is named. */
export function heard({ usage, options, positional }: Verb, args: string[]): Said {
  const known = Object.fromEntries(Object.entries({ ...commonOptions, ...options }).map(([name, option]) => [name, { type: option.type, ...('multiple' in option && { multiple: true }) }]))
  try {
    const { values, positionals } = parseArgs({ args: joined(args, known), options: known, allowPositionals: true, strict: true })
    if (!values['help']) {
      const missing = positional[positionals.length]
      if (missing !== undefined) throw usageError(missing, `缺少 ${missing}。用法：${usage}`, `${missing} is missing. Usage: ${usage}`)
      const surplus = positionals[positional.length]
      if (surplus !== undefined) throw usageError(surplus, `多出「${surplus}」。用法：${usage}`, `"${surplus}" is too much. Usage: ${usage}`)
    }
    return { positional: positionals, options: values as Said['options'] }
  } catch (error) {
    if (error instanceof Unanswerable) throw error
    const { message } = error as Error
    throw usageError('option', `参数不对：${message}。用法：${usage}`, `${message}. Usage: ${usage}`)
  }
}

export const helpOf = ({ usage, zh, en, options }: Verb) => [`${zh} / ${en}`, '', `  mingjian ${usage}`, '',
  ...Object.entries({ ...options, ...commonOptions }).map(([name, { zh, en }]) => `  --${name.padEnd(10)} ${zh} / ${en}`)].join('\n')

export const isWriting = ({ writes, writesWith }: Verb, { options }: Said): boolean => writes === true || (writesWith !== undefined && options[writesWith] === true)
/** Done by the server that holds the book, where there is one. */
export const isServed = (verb: Verb, said: Said): boolean => verb.served === true || isWriting(verb, said)
export const text = (said: Said, name: string): string | undefined => said.options[name] as string | undefined
export const texts = (said: Said, name: string): readonly string[] => said.options[name] as readonly string[] | undefined ?? []

/** Columns side by side; Chinese characters are two wide. */
export function table(rows: readonly (readonly (string | number)[])[], indent = '  '): string {
  const cells = rows.map((row) => row.map(String))
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => widthOf(row[i] ?? ''))))
  return cells.map((row) => indent + row.map((cell, i) => typeof rows[0]?.[i] === 'number' || /^[\d,.%]+$/.test(cell)
    ? ' '.repeat(widths[i]! - widthOf(cell)) + cell : cell + ' '.repeat(widths[i]! - widthOf(cell))).join('  ').trimEnd()).join('\n')
}
const widthOf = (text: string) => [...text].reduce((width, char) => width + (/[\u1100-\u115f\u2e80-\u303e\u3041-\uffe6]/.test(char) ? 2 : 1), 0)
export const thousands = (n: number) => n.toLocaleString('en-US')

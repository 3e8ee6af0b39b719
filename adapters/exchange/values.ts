import type { Instant } from '../../domain/kernel/values.ts'
import { RowFault } from './refused.ts'
import { fenOf, numberOf } from './money.ts'
import { compileTimes, type Reading, type ReadTime } from './times.ts'
import type { ConditionSpec, Profile, TimeSpec, ValueSpec } from './profile.ts'

/** '' where the source says nothing. */
export type Text = (cells: readonly string[]) => string
export type Test = (cells: readonly string[]) => boolean
export type ValueReaders = ReturnType<typeof valueReaders>

/** 列 — the cells that readers ask for by name; where those columns stand is known when the file's head has been read. */
function cellReaders() {
  const columns: string[] = []
  let places: readonly number[] = []
  let noted: Set<number> | undefined
  const cell = (column: string): Text => {
    let number = columns.indexOf(column)
    if (number < 0) number = columns.push(column) - 1
    noted?.add(number)
    return (cells) => cells[places[number]!] ?? ''
  }
  return {
    cell, columns,
    /** Which columns are read by what is compiled meanwhile. */
    noting<T>(compile: () => T): { made: T; read: Text[] } {
      const before = noted, own = noted = new Set<number>()
      const made = compile()
      for (const number of own) before?.add(number)
      noted = before
      return { made, read: [...own].map((number) => (cells) => cells[places[number]!] ?? '') }
    },
    placed: (found: readonly number[]) => { places = found },
  }
}
type Cell = ReturnType<typeof cellReaders>['cell']

/** 时刻 — in the formats of the profile, or of the one value that has its own. */
function timeReaders(profile: Profile, isXes: boolean, cell: Cell) {
  const known = new Map<string, ReadTime>()
  const timeReader = (own: readonly string[] = profile.times) => {
    // Dates of XES are ISO by its standard, whatever the CSV of the same source writes.
    const formats = isXes ? ['iso', ...own] : own
    const id = JSON.stringify(formats)
    let reader = known.get(id)
    if (!reader) known.set(id, reader = compileTimes(formats, profile.hall.zone))
    return reader
  }
  const time = (spec: TimeSpec): (cells: readonly string[]) => Reading => {
    const { column, formats = profile.times } = typeof spec === 'string' ? { column: spec } : spec
    const text = cell(column), read = timeReader(formats)
    return (cells) => reading(read, column, text(cells), formats)
  }
  const optionalTime = (spec: TimeSpec): (cells: readonly string[]) => Instant | undefined => {
    const text = cell(columnOf(spec)!), required = time(spec)
    return (cells) => text(cells) === '' ? undefined : required(cells).at
  }
  return { timeReader, time, optionalTime }
}
function reading(read: ReadTime, column: string, text: string, formats: readonly string[]): Reading {
  if (text === '') throw new RowFault(column, 'empty', '')
  const found = read(text)
  if (typeof found === 'string') throw new RowFault(column, found, text, formats.join(' | '))
  return found
}

/** 取值 — what a profile writes about single values, compiled to functions over the cells of a row. */
export function valueReaders(profile: Profile, isXes: boolean) {
  const { cell, ...cells } = cellReaders()
  const { timeReader, ...times } = timeReaders(profile, isXes, cell)

  const text = (spec: ValueSpec): Text => {
    if (typeof spec === 'string') return cell(spec)
    if ('fixed' in spec) return () => spec.fixed
    const { column, none = [], dictionary, as } = spec
    const read = cell(column), formats = spec.formats ?? profile.times
    const asTime = as === 'time' ? timeReader(formats) : undefined
    const words = dictionary === undefined ? undefined : profile.dictionaries![dictionary]!
    return (cells) => {
      const found = read(cells)
      if (found === '' || none.includes(found)) return ''
      if (asTime) return reading(asTime, column, found, formats).at
      if (!words) return found
      if (Object.hasOwn(words.entries, found)) return words.entries[found]!
      if (words.otherwise === 'quarantine') throw new RowFault(column, 'not-in-dictionary', found, dictionary)
      return found
    }
  }
  const required = (spec: ValueSpec, name: string): Text => {
    const read = text(spec)
    return (cells) => {
      const found = read(cells)
      if (found === '') throw new RowFault(columnOf(spec) ?? name, 'empty', '')
      return found
    }
  }
  const fen = (column: string) => {
    const read = cell(column)
    return (cells: readonly string[]): number => {
      const found = read(cells)
      if (found === '') throw new RowFault(column, 'empty', '')
      const amount = fenOf(found)
      if (typeof amount === 'string') throw new RowFault(column, amount, found)
      return amount
    }
  }
  const texts = (specs: Record<string, ValueSpec>) => {
    const named = Object.entries(specs).map(([name, spec]) => [name, text(spec)] as const)
    return (cells: readonly string[]): Record<string, string> | undefined => {
      let found: Record<string, string> | undefined
      for (const [name, read] of named) {
        const value = read(cells)
        if (value !== '') (found ??= {})[name] = value
      }
      return found
    }
  }
  const test = (conditions: readonly ConditionSpec[] | undefined): Test => {
    const each = (conditions ?? []).map((condition) => holds(condition, cell(condition.column)))
    return each.length === 0 ? () => true : (cells) => each.every((one) => one(cells))
  }

  return { cell, ...cells, ...times, text, required, fen, texts, test }
}

export const columnOf = (spec: ValueSpec | TimeSpec): string | undefined =>
  typeof spec === 'string' ? spec : 'column' in spec ? spec.column : undefined

function holds({ column, ...says }: ConditionSpec, read: Text): Test {
  const compares = says.lessThan !== undefined || says.atMost !== undefined || says.moreThan !== undefined || says.atLeast !== undefined
  return (cells) => {
    const found = read(cells)
    if (says.equals !== undefined && found !== says.equals) return false
    if (says.in && !says.in.includes(found)) return false
    if (says.notIn?.includes(found)) return false
    if (says.empty && found !== '') return false
    if (says.notEmpty && found === '') return false
    if (!compares) return true
    if (found === '') return false
    const number = numberOf(found)
    if (Number.isNaN(number)) throw new RowFault(column, 'not-a-number', found)
    return number < (says.lessThan ?? Infinity) && number <= (says.atMost ?? Infinity)
      && number > (says.moreThan ?? -Infinity) && number >= (says.atLeast ?? -Infinity)
  }
}

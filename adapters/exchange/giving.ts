import { RowFault } from './refused.ts'
import { fieldsOf, type FactName, type FieldKind } from './facts.ts'
import { columnOf, type Test, type ValueReaders } from './values.ts'
import type { CaseAttributes } from './history.ts'
import type { GivenSpec, Profile, TimeSpec, ValueSpec } from './profile.ts'

type Cells = readonly string[]
export type Data = Record<string, unknown>
/** 所出事实 — one fact of a rule: whether the row gives it, and what it says. `suffix` ends its key. */
export type Giving = { type: FactName; suffix: string; given: Test; data: (cells: Cells, attributes: CaseAttributes, activity: string) => Data }

const fieldReaders = (readers: ValueReaders, spec: GivenSpec) => fieldsOf(spec.fact).flatMap(([field, kind]) => {
  const said = spec[field]
  if (said === undefined) return field === 'step' ? [{ field, read: (_: Cells, activity: string): unknown => activity }] : []
  return [{ field, read: fieldReader(readers, kind, said, field) }]
})

function fieldReader(readers: ValueReaders, kind: FieldKind, said: unknown, field: string): (cells: Cells, activity: string) => unknown {
  switch (kind) {
    case 'text': return readers.required(said as ValueSpec, field)
    case 'text?': { const read = readers.text(said as ValueSpec); return (cells) => read(cells) || undefined }
    case 'time?': return readers.optionalTime(said as TimeSpec)
    case 'texts?': return readers.texts(said as Record<string, ValueSpec>)
    case 'fen': return readers.fen(said as string)
    case 'sets|adds': return () => said
    case 'pass|back?': {
      const read = readers.text(said as ValueSpec)
      return (cells) => {
        const found = read(cells)
        if (found === '') return undefined
        if (found === 'pass' || found === 'back') return found
        throw new RowFault(columnOf(said as ValueSpec) ?? field, 'not-allowed', found, 'pass, back')
      }
    }
  }
}

type Shared = { by?: ValueSpec | undefined; group?: ValueSpec | undefined }
const optionalText = (readers: ValueReaders, spec: ValueSpec | undefined) => spec === undefined ? undefined : readers.text(spec)

/** `before` are the facts of the same rule that stand before it: the second of one type has a key of its own, given or not. */
export function compileGiving(readers: ValueReaders, spec: GivenSpec, before: readonly GivenSpec[], shared: Shared): Giving {
  const fields = fieldReaders(readers, spec)
  const by = optionalText(readers, spec.by ?? shared.by), group = optionalText(readers, spec.group ?? shared.group)
  const place = before.filter(({ fact }) => fact === spec.fact).length + 1
  return {
    type: spec.fact,
    suffix: place === 1 ? `#${spec.fact}` : `#${spec.fact}/${place}`,
    given: readers.test(spec.when),
    data(cells, attributes, activity) {
      const data: Data = spec.fact === 'ApplicationSubmitted' ? { ...attributes } : {}
      for (const { field, read } of fields) {
        const value = read(cells, activity)
        if (value !== undefined) data[field] = value
      }
      const person = by?.(cells), team = group?.(cells)
      if (person) data['by'] = person
      if (team) data['group'] = team
      return data
    },
  }
}

/** 办件 — its attributes as far as this row says them. */
export function compileCase(readers: ValueReaders, { case: said, hall }: Profile): (cells: Cells) => CaseAttributes {
  const itemCode = readers.required(said.itemCode, 'itemCode'), department = readers.required(said.department, 'department')
  const channel = readers.required(said.channel, 'channel')
  const responsible = optionalText(readers, said.responsible)
  const attributes = said.attributes && readers.texts(said.attributes)
  return (cells) => {
    const found: CaseAttributes = { itemCode: itemCode(cells), department: department(cells), channel: channel(cells), hall: hall.id }
    const person = responsible?.(cells), more = attributes?.(cells)
    if (person) found.responsible = person
    if (more) found.attributes = more
    return found
  }
}

import type { DictionaryRow, ItemRow } from './catalogue.ts'

type Listed = Pick<DictionaryRow, 'name' | 'entries'>
/** 条目之变 — `was`: the words it had. */
export type EntryChange = { code: string; zh: string; how: 'new' | 'renamed' | 'retired' | 'reinstated'; was?: string }
/** 用到它的事项 — the questions that are answered from it, and those that are asked only after an entry that is retired. */
export type TouchedItem = Pick<ItemRow, 'code' | 'shortName' | 'department'> & { questions: string[]; unasked: string[] }
export type DictionaryTouches = { entries: EntryChange[]; items: TouchedItem[] }

function changesOf(before: Listed | undefined, after: Listed): EntryChange[] {
  const known = new Map(before?.entries.map((entry) => [entry.code, entry]))
  return after.entries.flatMap(({ code, zh, en, retired }): EntryChange[] => {
    const old = known.get(code)
    if (!old) return retired ? [] : [{ code, zh, how: 'new' }]
    if (!old.retired && retired) return [{ code, zh, how: 'retired' }]
    if (old.retired && !retired) return [{ code, zh, how: 'reinstated' }]
    return old.zh !== zh || (old.en ?? '') !== (en ?? '') ? [{ code, zh, how: 'renamed', was: old.zh === zh ? old.en ?? '' : old.zh }] : []
  })
}

/** 字典牵动 — which entries differ, and which items ask for one of them; those that have not changed touch nobody. */
export function dictionaryTouches(dictionary: string, before: Listed | undefined, after: Listed, items: readonly ItemRow[]): DictionaryTouches {
  const entries = changesOf(before, after)
  if (entries.length === 0) return { entries, items: [] }
  const gone = new Set(entries.filter(({ how }) => how === 'retired').map(({ code }) => code))
  const touched = items.flatMap(({ code, shortName, department, form }): TouchedItem[] => {
    const asking = form.filter((field) => field.dictionary === dictionary), ids = new Set(asking.map(({ id }) => id))
    if (asking.length === 0) return []
    const unasked = form.filter(({ when }) => when && ids.has(when.field) && gone.has(String(when.is)))
    return [{ code, shortName, department, questions: asking.map(({ label }) => label), unasked: unasked.map(({ label }) => label) }]
  })
  return { entries, items: touched.sort((a, b) => b.unasked.length - a.unasked.length || (a.code < b.code ? -1 : 1)) }
}

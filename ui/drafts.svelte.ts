import { onDestroy } from 'svelte'
import { house } from './house.svelte.ts'
import { kept } from './kept.ts'

/** What is typed is kept no later than this. */
const soonMs = 200
type Draft<T extends object> = {
  /** What the form shows and writes into. */
  value: T
  /** When it was last kept, by the clock of the hall; nothing as long as nothing differs from the beginning, or where the browser keeps nothing. */
  readonly savedAt: string | undefined
  /** Keeps what stands now, at once; settles when it is kept, or when the browser has said that it keeps nothing. */
  keep(): Promise<void>
  /** Sent or given up: forgotten here too, and the form is as it began. */
  clear(): void
}
type Record = { at: string; value: object }
const own = () => kept<Record>('drafts', house.view?.person?.person ?? '')

/** Signed out: what a page that is being left would still keep is not kept. */
let over = false

/** 草稿 — what is typed survives this page and this browser: kept on this computer, sealed, for this person, until it is sent, given up, or they sign out.
    To be called while a component is made. */
export function draft<T extends object>(name: string, initial: T): Draft<T> {
  const store = own(), began = JSON.stringify(initial), fresh = () => JSON.parse(began) as T
  let value = $state<T>(fresh()), savedAt = $state<string>()
  let last = began, waiting: string | undefined, timer: ReturnType<typeof setTimeout> | undefined
  /** One after the other: what is forgotten does not come back with what was being kept. */
  let line = Promise.resolve()
  const inTurn = (act: () => Promise<void>) => line = line.then(act).catch(() => { /* a browser that keeps nothing: nobody is told that anything was kept */ })
  function keep() {
    clearTimeout(timer)
    timer = undefined
    const text = waiting
    waiting = undefined
    if (over || text === undefined || text === last) return
    last = text
    const at = house.view?.now ?? new Date().toISOString()
    void inTurn(async () => {
      await (text === began ? store.drop(name) : store.put(name, { at, value: JSON.parse(text) as object }))
      if (last === text) savedAt = text === began ? undefined : at
    })
  }
  $effect(() => {
    const text = JSON.stringify(value)
    if (text === (waiting ?? last)) return
    waiting = text
    timer ??= setTimeout(keep, soonMs)
  })
  // What somebody has begun to type meanwhile is newer than what was kept.
  const found = store.get(name).then((before) => {
    if (!before || waiting !== undefined || last !== began) return
    last = JSON.stringify({ ...initial, ...before.value })
    Object.assign(value, before.value)
    savedAt = before.at
  })
  found.catch(() => undefined)
  addEventListener('pagehide', keep)
  onDestroy(() => { removeEventListener('pagehide', keep); keep() })
  return {
    get value() { return value },
    set value(now: T) { value = now },
    get savedAt() { return savedAt },
    keep() {
      waiting = JSON.stringify(value)
      keep()
      return line
    },
    clear() {
      clearTimeout(timer)
      timer = waiting = undefined
      last = began
      for (const field of Object.keys(value)) if (!(field in initial)) delete (value as { [field: string]: unknown })[field]
      Object.assign(value, fresh())
      savedAt = undefined
      void inTurn(() => store.drop(name))
    },
  }
}
/** 退出时 — nothing that was typed stays behind. */
export const forgetDrafts = () => { over = true; return own().end().catch(() => undefined) }

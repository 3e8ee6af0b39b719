import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { draft } from '../../drafts.svelte.ts'
import { intent } from '../../intent.ts'
import { tell } from '../../tell.ts'
import { asks, type Dictionary, type Fault, type Impact, type Item, type Officer, type Versions } from './asks.ts'
import { formUploads } from './forms.svelte.ts'
import { said } from './said.ts'

/** Typing rests this long before it is asked what is wrong with it. */
const restMs = 300, againMs = 2_000
/** 一份草稿 over a version: kept as it is typed, looked over by the platform, and what other limits would touch. To be called while a component is made. */
export function editor(code: string, base: Versions | undefined, start: Item, from: number | undefined) {
  const kept = draft<{ item: Item }>(`item ${code} ${from ?? ''}`, { item: start })
  const inForce = base?.versions[0]
  /** Written over a version that another has followed since: nothing of it is lost, and whoever wrote it is told. */
  let older = $state(false)
  $effect(() => {
    if (kept.value.item.version === start.version) return
    kept.value.item.version = start.version
    older = true
  })
  let faults = $state.raw<readonly Fault[]>(), impact = $state.raw<Impact>(), problem = $state.raw<Problem>(), busy = $state(false)
  const one = intent(), uploads = formUploads(code)
  let saidLast = '', turn = 0
  let rest: ReturnType<typeof setTimeout> | undefined

  const limitsNow = (item: Item) => ({ promised: String(item.promisedWorkingDays), statutory: String(item.statutoryWorkingDays),
    steps: item.stepLimits.map(({ step, workingDays }) => `${step}:${workingDays}`).join(',') })
  async function look(text: string) {
    const own = ++turn, item = JSON.parse(text) as Item
    const found = await asks.check(code, said(item) as object)
    if (own !== turn) return
    if (!isProblem(found)) { faults = found.faults; uploads.keep(found.forms) }
    // A line that broke, or a house that was busy: what was not looked over is looked over again, without another word being typed.
    else if (found.status === 0 || found.status >= 429) { saidLast = ''; rest = setTimeout(() => void look(text), found.retryAfterMs ?? againMs); return }
    if (!inForce) return
    const before = limitsNow(inForce), now = limitsNow(item)
    const changed = Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== before[name as keyof typeof before] && value !== '' && !value.includes('null')))
    const answer = Object.keys(changed).length ? await asks.impact(code, changed) : undefined
    if (own === turn) impact = answer === undefined || isProblem(answer) ? undefined : answer
  }
  $effect(() => {
    const text = JSON.stringify(kept.value.item)
    clearTimeout(rest)
    if (faults !== undefined && saidLast === text) return
    saidLast = text
    rest = setTimeout(() => void look(text), restMs)
  })
  onDestroy(() => { turn = -1; clearTimeout(rest) })

  /** A word to the item: whatever comes of it, the draft stays until it is on record. */
  async function tellIt(command: 'publish-item' | 'propose-item', body: object): Promise<'said' | 'waiting' | undefined> {
    if (busy) return undefined
    busy = true
    const answer = await tell('items', code, command, body, { key: one.keyOf([command, body]), revision: base?.revision ?? 0 })
    busy = false
    if (isProblem(answer)) { problem = answer; return undefined }
    one.over()
    kept.clear()
    return 'waiting' in answer ? 'waiting' : 'said'
  }
  return {
    get item() { return kept.value.item },
    set item(item: Item) { kept.value.item = item },
    get savedAt() { return kept.savedAt },
    get faults() { return faults },
    get impact() { return impact },
    get problem() { return problem },
    get busy() { return busy },
    get older() { return older },
    inForce, from, uploads,
    faultAt: (field: string) => faults?.filter((fault) => fault.field === field || fault.field.startsWith(`${field}.`)) ?? [],
    drop: () => { kept.clear(); older = false },
    publish: () => tellIt('publish-item', { ...said(kept.value.item) as object, ...(from !== undefined && { proposal: from }) }),
    propose: (reason: string) => tellIt('propose-item', { ...said(kept.value.item) as object, reason }),
  }
}
export type Editor = ReturnType<typeof editor>
export type Lists = { officers: Officer[]; departments: string[]; dictionaries: Dictionary[] }

import { onDestroy } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import { isProblem, type Problem } from '../../client.ts'
import { house } from '../../house.svelte.ts'
import { intent } from '../../intent.ts'
import { router } from '../../router.svelte.ts'
import { tell } from '../../tell.ts'
import { asks, type CalendarTouches, type CalendarYear, type Hall } from './asks.ts'
import { rows } from './rows.svelte.ts'

export type Said = 'off' | 'working' | 'ordinary'
export type Form = { layer: string; notice: string; knownOn: string; dayName: string }
export type HoursForm = { opensAt: string; closesAt: string; effectiveFrom: string; from: string; to: string; basis: string }
const restMs = 350
const refusedWords = ['hours-reaching-back', 'hours-out-of-order']

/** What a draft touches, counted again whenever it rests; and said once. */
function drafted() {
  let touches = $state.raw<CalendarTouches>(), problem = $state.raw<Problem>(), counting = $state(false), busy = $state(false)
  const one = intent()
  let turn = 0, rest: ReturnType<typeof setTimeout> | undefined
  onDestroy(() => { turn = -1; clearTimeout(rest) })
  const clear = () => { turn++; clearTimeout(rest); touches = undefined; problem = undefined; counting = false }
  return {
    get touches() { return touches }, get problem() { return problem }, get counting() { return counting }, get busy() { return busy },
    clear,
    count(id: string, command: string, body: object) {
      clearTimeout(rest)
      const own = ++turn
      counting = true
      rest = setTimeout(() => void asks.days(id, command, body).then((answer) => {
        if (own !== turn) return
        counting = false
        if (isProblem(answer)) { touches = undefined; problem = answer.code === 'malformed' ? undefined : answer }
        else { touches = answer; problem = undefined }
      }), restMs)
    },
    async say(id: string, command: string, body: object): Promise<'said' | 'waiting' | undefined> {
      if (busy) return undefined
      busy = true
      const answer = await tell('calendar', id, command, body, { key: one.keyOf([id, command, body]) })
      busy = false
      if (isProblem(answer)) { problem = answer; return undefined }
      one.over()
      clear()
      return 'waiting' in answer ? 'waiting' : 'said'
    },
    isOfHours: (code: string) => refusedWords.includes(code),
  }
}

/** Whoever manages a hall and answers for no region drafts for that hall alone. */
function ownHall(): string | undefined {
  const person = house.view?.person
  return person?.roles.includes('hall-manager') && !person.roles.some((role) => ['inspector', 'system-admin', 'auditor'].includes(role)) ? person.hall : undefined
}

/** 一年的日历 as the address asks for it, and what is about to be changed in it. */
export function calendarState() {
  let year = $state.raw<CalendarYear>(), problem = $state.raw<Problem>(), began = $state<'days' | 'hours'>(), turn = 0, seen = ''
  const halls = rows<Hall>('halls'), changes = new SvelteMap<string, Said>(), draft = drafted()
  let form = $state<Form>({ layer: 'county', notice: '', knownOn: '', dayName: '' }), hours = $state<HoursForm>({ opensAt: '08:30', closesAt: '17:30', effectiveFrom: '', from: '', to: '', basis: '' })
  async function load(anew = false) {
    const own = ++turn, { year: asked, known, hall } = router.query, answer = await asks.year({ year: asked, known, hall })
    if (own !== turn) return
    if (isProblem(answer)) { problem = answer; if (anew) year = undefined; return }
    year = answer
    problem = undefined
    const shown = `${answer.year} ${hall ?? ''}`
    // Days that were pressed are of this year and place, and said of no other.
    if (seen !== '' && seen !== shown) changes.clear()
    seen = shown
    form.knownOn ||= answer.today
    hours.effectiveFrom ||= answer.today
  }
  $effect(() => { void router.query; void load(true) })
  const own = $derived(ownHall()), changing = $derived(own === undefined || router.query['hall'] === own ? began : undefined)
  const layers = $derived((year?.layers ?? []).filter(({ layer, place }) => own === undefined || (layer === 'office' && place === own)))
  const layer = $derived(layers.find((one) => one.layer === form.layer) ?? layers.find((one) => one.layer === 'county') ?? layers[0])
  const isWorking = (day: string) => 'wW'.includes(year?.days[dayOfYear(day)] ?? 'w')
  const command = $derived(layer?.published ? 'amend-calendar' : 'publish-calendar')
  const body = $derived.by(() => {
    const of = (said: Said) => [...changes].filter(([, one]) => one === said).map(([on]) => on).sort(), named = (said: Said) => of(said).map((on) => ({ on, name: form.dayName || form.notice || '—' }))
    return { layer: layer?.layer ?? '', place: layer?.place ?? '', year: year?.year ?? 0, off: named('off'), working: named('working'), notice: form.notice, knownOn: form.knownOn, ...(layer?.published && { ordinary: of('ordinary') }) }
  })
  const hoursId = $derived(router.query['hall'] || 'house')
  const hoursBody = $derived({ hall: router.query['hall'] ?? '', opensAt: hours.opensAt, closesAt: hours.closesAt, effectiveFrom: hours.effectiveFrom, basis: hours.basis, ...(hours.from && hours.to && { season: { from: hours.from, to: hours.to } }) })
  // What it would touch is asked for with whatever is typed: a notice without its title yet moves the same days.
  $effect(() => {
    if (changing === 'days' && layer && changes.size) draft.count(layer.id, command, { ...body, notice: body.notice || '—' })
    else if (changing === 'hours') draft.count(hoursId, 'set-office-hours', { ...hoursBody, basis: hoursBody.basis || '—' })
    else draft.clear()
  })
  return {
    get year() { return year }, get problem() { return problem }, get halls() { return halls.all ?? [] }, get changing() { return changing }, set changing(what: 'days' | 'hours' | undefined) { if (what && own !== undefined && router.query['hall'] !== own) this.go({ hall: own }); began = what; if (!what) changes.clear() },
    changes, draft, get form() { return form }, set form(said: Form) { form = said }, get hours() { return hours }, set hours(said: HoursForm) { hours = said },
    get layers() { return layers }, get layer() { return layer }, get command() { return command },
    retry: () => void load(),
    /** What a press makes of a day: the other of what it is, then as usual where the layer may say so, then nothing. */
    press(day: string) {
      const first: Said = isWorking(day) ? 'off' : 'working', now = changes.get(day)
      if (now === undefined) changes.set(day, first)
      else if (now === first && layer?.published) changes.set(day, 'ordinary')
      else changes.delete(day)
    },
    go: (query: Record<string, string>) => router.go(`/admin?${new URLSearchParams(Object.entries({ ...router.query, part: 'calendar', ...query }).filter(([, value]) => value))}`),
    async say(): Promise<'said' | 'waiting' | undefined> {
      const done = changing === 'hours' ? await draft.say(hoursId, 'set-office-hours', hoursBody) : layer && await draft.say(layer.id, command, body)
      if (!done) return undefined
      began = undefined
      changes.clear()
      form.notice = form.dayName = hours.basis = ''
      await load()
      return done
    },
  }
}
export type CalendarState = ReturnType<typeof calendarState>
/** Days since the first of the year. */
export const dayOfYear = (day: string) => Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${day.slice(0, 4)}-01-01T00:00:00Z`)) / 864e5)
export const daysOfMonth = (year: number, month: number) => Array.from({ length: new Date(Date.UTC(year, month, 0)).getUTCDate() }, (_, i) => `${year}-${String(month).padStart(2, '0')}-${String(i + 1).padStart(2, '0')}`)
/** Monday is 0. */
export const weekdayOf = (day: string) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7

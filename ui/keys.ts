import { settings } from './settings.svelte.ts'
import { house } from './house.svelte.ts'
import { palette } from './palette.svelte.ts'
import { places } from './places.ts'
import { router } from './router.svelte.ts'

type Handler = () => void
/** What a key does, in words, for the list of all keys. */
type Said = { keys: readonly string[]; does: string }
let own: Record<string, Handler> = {}, ownSaid: () => readonly Said[] = () => []
/** 按键 of the screen that is open; the newest screen replaces the one before. `said`: what they do, where the help does not say it already. */
export function keys(handlers: Record<string, Handler>, said: () => readonly Said[] = () => []): () => void {
  own = handlers
  ownSaid = said
  return () => { if (own === handlers) { own = {}; ownSaid = () => [] } }
}
/** The keys of this moment's screen. */
export const ownKeys = () => ({ keys: new Set(Object.keys(own)), said: ownSaid() })

const everywhere: Record<string, Handler> = {
  '/': () => { if (house.view?.person) palette.open = true },
  '?': () => { palette.keys = true },
}
/** `g` and then a letter goes to a place; it waits this long for the letter. */
const waitMs = 1500
let leading = -Infinity
const goes = (key: string) => {
  const { person } = house.view ?? {}
  return person && places.find(({ rail }) => rail?.key === key && rail.has(person))
}
const typing = (target: EventTarget | null) => target instanceof HTMLElement
  && (target.isContentEditable || (target.matches('input:not([type=range]),textarea,select')))

/** A control that has the focus is pressed by Space and Enter; a link in a row of a list leaves Enter to the list. */
const pressing = (name: string, target: EventTarget | null) => target instanceof HTMLElement
  && ((name === 'Space' && target.closest('button,a,summary,[popover]')) || (name === 'Enter' && target.closest('button,summary,a:not([data-row] a),input')))

/** 主要操作: the form in which somebody is, or the one of the dialog that is open, or of the page. */
function hand(): boolean {
  const within = document.querySelector(':modal') ?? document, at = document.activeElement?.closest<HTMLFormElement>('form[data-primary]')
  const form = at && within.contains(at) ? at : [...within.querySelectorAll<HTMLFormElement>('form[data-primary]')].find(({ offsetParent }) => offsetParent !== null)
  form?.requestSubmit()
  return form !== undefined && form !== null
}
/** With Ctrl: also while somebody types, and where letters are switched off. */
function withControl(event: KeyboardEvent): void {
  if (event.altKey || event.shiftKey || (event.repeat && event.key === 'Enter')) return
  const asks = event.key.toLowerCase() === 'k' && house.view?.person !== undefined
  if (asks && (palette.open || !document.querySelector(':modal'))) palette.open = !palette.open
  if (asks || (event.key === 'Enter' && hand())) event.preventDefault()
}

/** Letter keys do nothing while somebody types, under a dialog, and where they are switched off. */
export function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  if (event.ctrlKey || event.metaKey) { withControl(event); return }
  if (event.altKey || typing(event.target)) return
  const name = event.key === ' ' ? 'Space' : event.key
  if (name.length === 1 && !settings.letterKeys) return
  if (pressing(name, event.target)) return
  if (document.querySelector(':popover-open, :modal')) return
  const place = performance.now() - leading < waitMs ? goes(name) : undefined
  leading = name === 'g' ? performance.now() : -Infinity
  if (place) { event.preventDefault(); router.go(place.path); return }
  const handler = own[name] ?? everywhere[name]
  if (!handler) return
  event.preventDefault()
  handler()
}

import { settings } from './settings.svelte.ts'
import { house } from './house.svelte.ts'
import { places } from './places.ts'
import { router } from './router.svelte.ts'

type Handler = () => void
let own: Record<string, Handler> = {}
/** 按键 of the screen that is open; the newest screen replaces the one before. */
export function keys(handlers: Record<string, Handler>): () => void {
  own = handlers
  return () => { if (own === handlers) own = {} }
}

const everywhere: Record<string, Handler> = {
  '/': () => { [...document.querySelectorAll<HTMLInputElement>('[data-search]')].find(({ offsetParent }) => offsetParent)?.focus() },
  '?': () => router.go('/help'),
}
/** `g` and then a letter goes to a place; it waits this long for the letter. */
const waitMs = 1500
let leading = 0
const goes = (key: string) => {
  const { person } = house.view ?? {}
  return person && places.find(({ rail }) => rail?.key === key && rail.has(person))
}
const typing = (target: EventTarget | null) => target instanceof HTMLElement
  && (target.isContentEditable || (target.matches('input:not([type=range]),textarea,select')))

/** Letter keys do nothing while somebody types, and where they are switched off. */
export function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
  const name = event.key === ' ' ? 'Space' : event.key
  if (name.length === 1 && !settings.letterKeys) return
  if (name === 'Space' && event.target instanceof HTMLElement && event.target.closest('button,a,summary,[popover]')) return
  if (document.querySelector(':popover-open')) return
  const place = performance.now() - leading < waitMs ? goes(name) : undefined
  leading = name === 'g' ? performance.now() : 0
  if (place) { event.preventDefault(); router.go(place.path); return }
  const handler = own[name] ?? everywhere[name]
  if (!handler) return
  event.preventDefault()
  handler()
}

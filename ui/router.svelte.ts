import type { Component } from 'svelte'
import { placeAt, type Place } from './places.ts'

type Shown = { place: Place | undefined; id: string; query: Record<string, string>; at: string }
const shownAt = ({ pathname, search }: Location): Shown => {
  const found = placeAt(pathname)
  return { place: found?.place, id: found?.id ?? '', query: Object.fromEntries(new URLSearchParams(search)), at: pathname }
}

function openRouter() {
  let shown = $state.raw(shownAt(location)), moves = $state(0)
  const moved = () => { shown = shownAt(location); moves++ }
  addEventListener('popstate', moved)
  return {
    /** Undefined where no place has the address; the root is everybody's own place (`startOf`). */
    get place() { return shown.place },
    get screen() { return shown.place?.name ?? (shown.at === '/' ? 'start' : 'unknown') },
    get id() { return shown.id },
    get query() { return shown.query },
    /** How often somebody has gone anywhere: to the same address too, where what has been noted in it meanwhile is left behind. */
    get moves() { return moves },
    go(to: string) {
      history.pushState(null, '', to)
      moved()
    },
    /** 边打边找 — another question at every letter: the back key leads to where one came from, not letter by letter. */
    turn(to: string) {
      history.replaceState(null, '', to)
      moved()
    },
    /** Writes into the address what is being looked at, so that it can be handed on; nothing is read for it. */
    note(query: Record<string, string | undefined>) {
      const given = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1])
      history.replaceState(null, '', location.pathname + (given.length ? `?${new URLSearchParams(given)}` : ''))
    },
    /** Links within the house change the place and load nothing. */
    follow(event: MouseEvent) {
      const link = (event.target as Element).closest('a')
      if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download') || event.defaultPrevented) return
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      if (link.pathname.startsWith('/api') || (link.hash && link.pathname === location.pathname)) return
      event.preventDefault()
      const elsewhere = link.pathname !== location.pathname
      this.go(link.pathname + link.search)
      if (elsewhere) scrollTo(0, 0)
      requestAnimationFrame(() => {
        // What was pressed has made room for what it leads to: that begins at its top, and the keyboard goes on from there.
        if (link.isConnected && link.checkVisibility()) return
        scrollTo(0, 0)
        if (document.activeElement === document.body) document.getElementById('m')?.focus({ preventScroll: true })
      })
    },
  }
}
export const router = openRouter()
type Screen = Component<{ id: string }>
/** What came once is at hand the next time, so that going back shows something at once. */
const come = new Map<Place, Promise<{ default: Screen }>>()
let lost = 0
/** What a screen is of. While that is the same it stays, and with it what is typed and where the keyboard is: whatever else changes in the address changes within it. One that did not come
    is asked for again with the next move. */
export function whatOf(place: Place | undefined, id: string): string {
  const { moves } = router
  return `${id} ${place?.follows ? lost : moves}`
}
/** A screen together with what it is of: an address that has moved on meanwhile never reaches the screen before. */
export async function screenOf(place: Place, id: string, of: string): Promise<{ Screen: Screen; key: string; id: string }> {
  let one = come.get(place)
  if (!one) {
    one = place.load() as Promise<{ default: Screen }>
    // A line that broke meanwhile is tried again the next time.
    one.catch(() => { come.delete(place); lost++ })
    come.set(place, one)
  }
  return { Screen: (await one).default, key: `${place.name} ${of}`, id }
}
const given = (query: Record<string, string | undefined>) => {
  const said = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1])
  return said.length ? `?${new URLSearchParams(said)}` : ''
}
export const caseHref = (id: string, query: Record<string, string | undefined> = {}) => `/cases/${encodeURIComponent(id)}${given(query)}`
export const listHref = (query: Record<string, string | undefined>) => `/cases${given(query)}`

type Place = { screen: 'cases' | 'case' | 'help' | 'me' | 'unknown'; id: string; query: Record<string, string> }

function placeOf({ pathname, search }: Location): Place {
  const query = Object.fromEntries(new URLSearchParams(search))
  const named = /^\/cases\/(.+)$/.exec(pathname)?.[1]
  if (named !== undefined) try { return { screen: 'case', id: decodeURIComponent(named), query } } catch { return { screen: 'unknown', id: '', query } }
  return { screen: pathname === '/' || pathname === '/cases' ? 'cases' : pathname === '/help' ? 'help' : pathname === '/me' ? 'me' : 'unknown', id: '', query }
}

function openRouter() {
  let place = $state.raw(placeOf(location))
  const moved = () => { place = placeOf(location) }
  addEventListener('popstate', moved)
  return {
    get screen() { return place.screen },
    get id() { return place.id },
    get query() { return place.query },
    go(to: string) {
      history.pushState(null, '', to)
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
    },
  }
}
export const router = openRouter()
export const caseHref = (id: string) => `/cases/${encodeURIComponent(id)}`
export const listHref = (query: Record<string, string | undefined>) => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1])
  return `/${given.length ? `?${new URLSearchParams(given)}` : ''}`
}

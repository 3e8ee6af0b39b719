export type Toast = { id: number; text: string; href?: string }
/** So many are shown; older ones give way. */
const most = 3
/** What leads nowhere goes by itself after this. */
const awhileMs = 12_000

function openToasts() {
  let shown = $state.raw<readonly Toast[]>([]), next = 1
  const drop = (id: number) => { shown = shown.filter((it) => it.id !== id) }
  return {
    get shown() { return shown },
    drop,
    add(text: string, { href }: { href?: string } = {}) {
      const id = next++
      shown = [...shown.filter((it) => it.text !== text), { id, text, ...(href !== undefined && { href }) }].slice(-most)
      if (href === undefined) setTimeout(() => drop(id), awhileMs)
    },
  }
}
export const toasts = openToasts()
/** 提醒 — of what needs whoever is here, and of nothing else. */
export const toast = toasts.add

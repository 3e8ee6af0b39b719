import { flushSync } from 'svelte'

/** 上纸 — true while the page goes onto paper: what is folded, or cut short for the eye, then stands there whole. */
function openPaper() {
  const media = matchMedia('print')
  let now = $state(media.matches)
  // The printer takes the page as it is when the event returns.
  const turn = (is: boolean) => { if (is !== now) flushSync(() => { now = is }) }
  media.addEventListener('change', () => turn(media.matches))
  addEventListener('beforeprint', () => turn(true))
  addEventListener('afterprint', () => turn(media.matches))
  return { get now() { return now } }
}
export const paper = openPaper()

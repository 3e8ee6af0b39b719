/** 焦点 — what goes away by itself takes nobody's place on the page with it: whoever was in it goes on from the beginning of what has come. */
export const focusKept = (element: HTMLElement) => {
  let held = false
  const look = ({ target }: Event) => { held = target instanceof Node && element.contains(target) }
  document.addEventListener('focusin', look)
  document.addEventListener('pointerdown', look)
  return () => {
    document.removeEventListener('focusin', look)
    document.removeEventListener('pointerdown', look)
    if (held && (document.activeElement ?? document.body) === document.body) document.getElementById('m')?.focus({ preventScroll: true })
  }
}

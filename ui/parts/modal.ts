/** 模态 — opens a dialog over everything as long as it is there, and gives the focus back to where it was; `self` has it first where only something is to be read. */
export const modal = (self = false) => (dialog: HTMLDialogElement) => {
  const before = document.activeElement
  dialog.showModal()
  if (self && !dialog.querySelector('[autofocus]')) dialog.focus()
  return () => {
    const back = before instanceof HTMLElement && before.isConnected && before !== document.body ? before : document.getElementById('m')
    back?.focus({ preventScroll: true })
  }
}
/** A press beside the dialog, which the browser tells the dialog itself. */
export const beside = (event: MouseEvent) => {
  if (event.target !== event.currentTarget) return false
  const { left, right, top, bottom } = (event.currentTarget as Element).getBoundingClientRect()
  return event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom
}

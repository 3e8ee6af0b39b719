/** 放 — puts an element at so many pixels from the left of what it lies in; a line of markup may not say it, the content policy refuses that. */
export const atX = (x: number) => (element: HTMLElement) => { element.style.left = `${x}px` }

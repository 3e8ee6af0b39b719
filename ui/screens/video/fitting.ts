/** 合屏 — how the wall stands so that the time line under it is seen without scrolling: so many columns, the large picture over so many of them and of the rows, and a row so high. */
export type Fit = { columns: number; span: number; rowPx: number }
const gapPx = 10, pictureRatio = 9 / 16
/** With the usual columns a picture may lose so much of its height; lower than this nothing on a tile can be read. */
const mostLost = 0.15, leastRowPx = 104
/** The usual wall, and one whose large picture is larger beside more and smaller ones: in three rows it shows nine cameras whole where the other has to crop. */
const walls = [{ columns: 4, span: 2 }, { columns: 6, span: 3 }] as const

const rowsOf = (others: number, { columns, span }: (typeof walls)[number]) => {
  const beside = (columns - span) * span
  return span + Math.ceil(Math.max(0, others - beside) / columns)
}
/** `others`: cameras beside the large one; `heightPx`: what is left for the wall. Nothing where not even low rows fit, and the page scrolls. */
export function fitOf({ others, widthPx, heightPx }: { others: number; widthPx: number; heightPx: number }): Fit | undefined {
  const found = walls.map((wall) => {
    const rows = rowsOf(others, wall), wholePx = (widthPx - gapPx * (wall.columns - 1)) / wall.columns * pictureRatio, rowPx = Math.min(wholePx, (heightPx - gapPx * (rows - 1)) / rows)
    return { ...wall, rowPx: Math.floor(rowPx), shown: rowPx / wholePx }
  }).filter(({ rowPx }) => rowPx >= leastRowPx)
  const best = found.find(({ shown }) => shown >= 1 - mostLost) ?? found.sort((a, b) => b.shown - a.shown)[0]
  return best && { columns: best.columns, span: best.span, rowPx: best.rowPx }
}
const phonePx = 900, footPx = 12
/** To be attached to the wall; `below`: what is to stay in sight under it. */
export const fitting = (others: () => number, below: () => HTMLElement | undefined) => (wall: HTMLElement) => {
  const under = below(), count = others()
  function fit() {
    const heightPx = innerHeight - (wall.getBoundingClientRect().top + scrollY) - (under?.offsetHeight ?? 0) - footPx
    const found = under && innerWidth > phonePx ? fitOf({ others: count, widthPx: wall.clientWidth, heightPx }) : undefined
    wall.classList.toggle('fit', found !== undefined)
    if (!found) return
    wall.style.setProperty('--columns', String(found.columns))
    wall.style.setProperty('--span', String(found.span))
    wall.style.setProperty('--row', `${found.rowPx}px`)
  }
  const main = wall.closest('main'), seen = new ResizeObserver(fit)
  for (const one of [under, ...wall.parentElement?.children ?? [], ...main?.parentElement?.children ?? []]) if (one && one !== wall && one !== main) seen.observe(one)
  addEventListener('resize', fit)
  fit()
  return () => { seen.disconnect(); removeEventListener('resize', fit); wall.classList.remove('fit') }
}

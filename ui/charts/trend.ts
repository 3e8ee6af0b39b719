import type uPlot from 'uplot'

/** 线 — red only where it is of what is late; at most one in brand. */
export type Series = { key: string; label: string; values: readonly number[]; tone: 'brand' | 'late' | 'ink-3' }
/** `look`: what decides the colours and the size of the text. */
type Drawn = { days: readonly string[]; series: readonly Series[]; look: string }

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
const textPx = () => parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.875
const font = () => `${textPx()}px ${colour('sans')}`
/** Room for the names at the ends of the lines. */
const room = (series: readonly Series[]) => Math.max(...series.map(({ label }) => label.replace(/[^\x20-\x7e]/g, 'MM').length)) * textPx() * 0.56 + 10
/** 直接标注 — each line is named where it ends, one clear of the other. */
function named({ ctx, data, valToPos, bbox }: uPlot, series: readonly Series[]) {
  const ratio = devicePixelRatio, line = textPx() * 1.3 * ratio, ends = series.map((one, i) => ({ ...one, y: valToPos(Number(data[i + 1]?.at(-1) ?? 0), 'y', true) })).sort((a, b) => b.y - a.y)
  ctx.save()
  ctx.font = `${textPx() * ratio}px ${colour('sans')}`
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  let below = Infinity
  for (const { label, tone, y } of ends) {
    below = Math.min(y, below - line)
    ctx.fillStyle = colour(tone === 'late' ? 'late-ink' : tone === 'brand' ? 'ink' : tone)
    ctx.fillText(label, bbox.left + bbox.width + 8 * ratio, below)
  }
  ctx.restore()
}
const whole = (values: readonly number[]) => values.map((value) => Number.isInteger(value) ? String(value) : '')

function options(element: HTMLElement, { days, series }: Drawn): uPlot.Options {
  const ink = colour('ink-3'), grid = { stroke: colour('line'), width: 1 }, every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor((element.clientWidth - room(series)) / (textPx() * 6)))))
  return {
    width: Math.max(300, element.clientWidth), height: 190, padding: [textPx(), room(series), 0, 0], legend: { show: false }, cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(4, max * 1.1)] } },
    axes: [
      { stroke: ink, font: font(), grid: { show: false }, ticks: { show: false }, size: textPx() * 2.4, gap: 8, splits: () => days.map((_, i) => i).filter((i) => (days.length - 1 - i) % every === 0), values: (_, at) => at.map((i) => days[i] ?? '') },
      { stroke: ink, font: font(), grid, ticks: { show: false }, size: textPx() * 3, values: (_, at) => whole(at) },
    ],
    hooks: { draw: [(plot) => named(plot, series)] },
    series: [{}, ...series.map(({ label, tone }) => ({ label, stroke: colour(tone === 'brand' ? 'link' : tone), width: tone === 'ink-3' ? 1.5 : 2.5, points: { show: false } }))],
  }
}

/** 走势图 — draws anew where the colours, the words or the width are others; where one stands only moves. */
export function trendIn() {
  let plot: uPlot | undefined, at: number | undefined
  const stand = () => plot?.setCursor({ left: plot.valToPos(at ?? (plot.data[0].length - 1), 'x'), top: 0 })
  return {
    draw(element: HTMLElement, drawn: Drawn): () => void {
      let gone = false
      const draw = async () => {
        const [{ default: UPlot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')])
        if (gone) return
        plot?.destroy()
        plot = new UPlot(options(element, drawn), [drawn.days.map((_, i) => i), ...drawn.series.map(({ values }) => [...values])], element)
        stand()
      }
      const resized = new ResizeObserver(() => void draw())
      resized.observe(element)
      return () => { gone = true; resized.disconnect(); plot?.destroy(); plot = undefined }
    },
    stand(on: number) { at = on; stand() },
  }
}

/** 一点一件 — a mark a case on a grid, as one path a light: a thousand marks are as light to draw as one. */
export type Lit = { late: number; soon: number; ok: number; hold: number }
export const lightsInOrder = ['late', 'soon', 'ok', 'hold'] as const
/** The four shapes on a grid of fourteen, as the light itself has them. */
const shapes = {
  late: (x: number, y: number) => `M${x + 1.3} ${y + 1.3}h11.4v11.4h-11.4z`, soon: (x: number, y: number) => `M${x + 7} ${y + 1}l6.5 11.7h-13z`,
  ok: (x: number, y: number) => `M${x + 1.5} ${y + 7}a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z`,
  hold: (x: number, y: number) => `M${x + 2.5} ${y + 1.5}h3.3v11h-3.3zM${x + 8.2} ${y + 1.5}h3.3v11h-3.3z`,
} as const
const pitch = 16
/** Late first, then soon, then the rest, row after row of `across`, or column after column of `down`. */
export function marksOf(lit: Lit, { across, down }: { across: number; down?: undefined } | { across?: undefined; down: number }) {
  const all = lightsInOrder.flatMap((light) => Array<typeof light>(lit[light]).fill(light)), paths = { late: '', soon: '', ok: '', hold: '' }
  all.forEach((light, i) => {
    const [column, row] = down === undefined ? [i % across, Math.floor(i / across)] : [Math.floor(i / down), i % down]
    paths[light] += shapes[light](column * pitch, row * pitch)
  })
  const columns = down === undefined ? Math.min(all.length, across) : Math.ceil(all.length / down), lines = down === undefined ? Math.ceil(all.length / across) : Math.min(all.length, down)
  return { paths, width: Math.max(columns, 1) * pitch - 2, height: Math.max(lines, 1) * pitch - 2 }
}

/** One case as somebody else reads it: what was done, and on which day. */
export type Trace = { id: string; steps: readonly string[]; days: readonly string[] }
type Between = (after: string, upTo: string) => number
export type Figures = { cases: number; times: number; median?: number; most?: number }

const half = (sorted: readonly number[]) => (sorted[Math.ceil(sorted.length / 2) - 1]! + sorted[Math.floor(sorted.length / 2)]!) / 2
function figures(ids: readonly string[], took: readonly number[]): Figures {
  const sorted = [...took].sort((a, b) => a - b)
  return { cases: new Set(ids).size, times: ids.length, ...(sorted.length > 0 && { median: half(sorted), most: sorted.find((days) => took.filter((other) => other <= days).length >= took.length * 0.9)! }) }
}
/** The map by lists of all that happened and by sorting them: no counts are kept anywhere. */
export function waysOf(traces: readonly Trace[], share: number, between: Between) {
  const text = ({ steps }: Trace) => steps.join('\n'), texts = [...new Set(traces.map(text))]
  const ranked = texts.map((name) => ({ name, n: traces.filter((trace) => text(trace) === name).length })).sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1))
  const drawn = new Set<string>()
  for (const { name } of ranked) { if (traces.filter((trace) => drawn.has(text(trace))).length >= traces.length * share / 100) break; drawn.add(name) }
  const shown = traces.filter((trace) => drawn.has(text(trace)))
  const visits = shown.flatMap(({ id, steps, days }) => steps.map((step, i) => ({ id, step, from: steps[i - 1], took: i === 0 ? undefined : between(days[i - 1]!, days[i]!), again: steps.slice(0, i).includes(step) })))
  const moves = visits.filter(({ from }) => from !== undefined), edge = ({ from, step }: { from: string | undefined; step: string }) => `${from}\n${step}`
  const tookOf = (some: readonly { took: number | undefined }[]) => some.flatMap(({ took }) => took ?? [])
  return {
    cases: traces.length, shown: shown.length, ways: texts.length, ranked,
    steps: Object.fromEntries([...new Set(visits.map(({ step }) => step))].map((step) => { const own = visits.filter((one) => one.step === step); return [step, figures(own.map(({ id }) => id), tookOf(own))] })),
    edges: Object.fromEntries([...new Set(moves.map(edge))].map((name) => { const own = moves.filter((one) => edge(one) === name); return [name, { ...figures(own.map(({ id }) => id), tookOf(own)), again: own.filter(({ again }) => again).length }] })),
  }
}
type Told = { cases: number; shown: number; ways: number; variants: { steps: string[]; cases: number }[]; steps: (Figures & { step: string })[]; edges: (Figures & { from: string; to: string; again: number })[] }
const told = ({ cases, times, median, most }: Figures): Figures => ({ cases, times, ...(median !== undefined && { median }), ...(most !== undefined && { most }) })
/** What the house said, in the same shape. */
export const asWays = ({ cases, shown, ways, variants, steps, edges }: Told) => ({
  cases, shown, ways, ranked: variants.map(({ steps, cases }) => ({ name: steps.join('\n'), n: cases })),
  steps: Object.fromEntries(steps.map((one) => [one.step, told(one)])), edges: Object.fromEntries(edges.map((one) => [`${one.from}\n${one.to}`, { ...told(one), again: one.again }])),
})

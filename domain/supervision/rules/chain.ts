import type { Deed, Timeline } from '../timeline.ts'

const usual = ['handling', 'reviewing', 'approving']
/** 一环 — a deed of the chain from handling to the conclusion, with those before it that no sending back has undone; `round` grows with each of these. */
export type Link = { deed: Deed; step: string; standing: readonly Deed[]; round: number }

const after: Readonly<Record<string, string>> = { LicenceGranted: 'decision', LicenceRefused: 'decision', RenewalDeemedGranted: 'decision', CaseConcluded: 'conclusion' }
const stepOf = ({ type, step }: Deed, flow: readonly string[]): string | undefined => after[type] ?? (step !== undefined && flow.includes(step) ? step : undefined)
/** Where the deed sends the case back to: who says no without naming a step sends it to the first. */
const sentBackTo = ({ type, step, said }: Deed, flow: readonly string[]) =>
  type === 'StepSentBack' ? String(said?.['to'] ?? flow[0]) : said?.['result'] === 'back' && step !== undefined && flow.includes(step) ? flow[0] : undefined

let latest: { timeline: Timeline; links: readonly Link[] } | undefined
/** 承办 → 审核 → 批准 → 决定 → 办结 in the order in which they were done. After a sending back the order starts again from the step sent back to.
    Remembered for the next rule that asks of the same case; a timeline is never changed in place. */
export function chainOf(timeline: Timeline): readonly Link[] {
  if (latest?.timeline !== timeline) latest = { timeline, links: linksOf(timeline) }
  return latest.links
}
function linksOf({ deeds, flow = usual }: Timeline): readonly Link[] {
  const links: Link[] = []
  let standing: readonly Deed[] = [], round = 1
  for (const deed of deeds) {
    const step = stepOf(deed, flow), back = sentBackTo(deed, flow)
    if (step !== undefined) links.push({ deed, step, standing, round })
    if (back !== undefined) {
      standing = standing.filter((other) => other.step !== undefined && flow.indexOf(other.step) < flow.indexOf(back))
      round += 1
    } else if (step !== undefined && after[deed.type] === undefined) standing = [...standing, deed]
  }
  return links
}
/** The nth of its kind: the first goes without a number. */
export const numbered = (name: string, n: number) => n === 1 ? name : `${name}:${n}`

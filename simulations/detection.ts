import type { Label } from './planted.ts'

/** 发现 as far as it is compared with what was planted. */
export type Detected = { ruleId: string; subject: string; clock: string; severity: string; becameTrueAt: string; evidence?: readonly string[] | undefined }
export type Score<F extends Detected = Detected> = {
  ruleId: string; planted: number; found: number; recall: number; precision: number
  /** Planted and not found; found and not planted. */
  missed: Label[]; false: F[]
}

const isSame = (label: Label, { ruleId, subject, clock }: Detected) => label.ruleId === ruleId && label.subject === subject
  && (label.clock.endsWith('*') ? clock.startsWith(label.clock.slice(0, -1)) : label.clock === clock)
/** A batch is one offence, however many cases it has: what proves it must be theirs. */
const together = (labels: readonly Label[]) => {
  const groups = new Map<string, Label[]>()
  for (const label of labels) {
    const name = label.batch === undefined ? `${label.ruleId} ${label.subject} ${label.clock}` : `${label.ruleId} ${label.batch}`
    groups.set(name, [...groups.get(name) ?? [], label])
  }
  return [...groups.values()]
}
const share = (part: number, all: number) => all === 0 ? 1 : part / all

/** 对账 of labels with findings, rule by rule. `factsOf`: ids of the facts of a case, by which the evidence of a batch is known. */
export function scored<F extends Detected>(labels: readonly Label[], findings: readonly F[], ruleIds: readonly string[], factsOf: (caseNo: string) => ReadonlySet<string>): Score<F>[] {
  const proves = (group: readonly Label[], finding: F) => isSame(group[0]!, finding)
    && (group[0]!.batch === undefined || group.some(({ caseNo }) => finding.evidence?.some((id) => factsOf(caseNo).has(id)) ?? false))
  return ruleIds.map((ruleId) => {
    const groups = together(labels.filter((label) => label.ruleId === ruleId)), found = findings.filter((finding) => finding.ruleId === ruleId)
    const missed = groups.filter((group) => !found.some((finding) => proves(group, finding)))
    const wrong = found.filter((finding) => !groups.some((group) => proves(group, finding)))
    return { ruleId, planted: groups.length, found: found.length, recall: share(groups.length - missed.length, groups.length), precision: share(found.length - wrong.length, found.length),
      missed: missed.map(([first]) => first!), false: wrong }
  })
}

import type { Timeline } from '../timeline.ts'
import { numbered } from './chain.ts'
import type { Found } from './rule.ts'

/** 违规操作 on an officer's own timeline — refused, so nothing came of it; a warning for each, at the instant of the attempt. */
export function attempts({ subject, deeds }: Timeline, codes: readonly string[]): readonly Found[] {
  if (!subject.startsWith('officers.')) return []
  const times = new Map<string, number>()
  return deeds.flatMap(({ id, type, at, said = {} }) => {
    if (type !== 'StepRefused' || !codes.includes(String(said['code']))) return []
    const name = `attempt:${said['code']}:${said['caseNo']}`, n = (times.get(name) ?? 0) + 1
    times.set(name, n)
    return [{ clock: numbered(name, n), becameTrueAt: at, severity: 'WARN' as const, evidence: [id] }]
  })
}
export const attempted = { attempt: { zh: '违规操作未遂，系统已拒绝', en: 'attempted and refused by the system' } }

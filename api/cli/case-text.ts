import { offsetMsAt } from '../../domain/kernel/zones.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import type { CaseView, ClockView, FactView } from '../../projections/views.ts'

const lights = { ok: '● 正常', soon: '▲ 临期', late: '■ 超期', hold: '‖ 停表', done: '办结' }
export const local = (at: Instant, zone: string, precision?: 'day') => {
  const text = new Date(Date.parse(at) + offsetMsAt(zone, Date.parse(at))).toISOString()
  return precision === 'day' ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 19)}`
}
const verdict = ({ dueOn, held, remainingWorkingDays, overdueWorkingDays, provisional }: ClockView) =>
  [dueOn ? `应办结 ${dueOn}` : '停表，应办结日未定', provisional && '（暂定）', overdueWorkingDays !== undefined ? `，已超 ${overdueWorkingDays} 个工作日`
    : remainingWorkingDays !== undefined ? `，还剩 ${remainingWorkingDays} 个工作日` : '', held && dueOn && '，停表中'].filter(Boolean).join('')

/** The fields of a fact that are not told by its heading. */
const told = ({ data }: FactView) => Object.entries(data).filter(([name]) => !['by', 'group', 'pinned', 'caseNo', 'zone', 'attributes'].includes(name))
  .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ')

/** One fact on one line: when, its place, what, who, and when it was written down if that was later. */
const factLine = (fact: FactView, zone: string) => {
  const named = fact.activity === undefined ? fact.type : `${fact.activity} [${fact.type}]`
  const who = `${fact.by === undefined ? '' : `  ${fact.byName ?? fact.by}`}${fact.group === undefined ? '' : `（${fact.group}）`}`
  const late = fact.late ? `  〔记入 ${local(fact.recordedAt, zone)}〕` : ''
  return `  ${local(fact.occurredAt, zone, fact.precision)}  #${fact.position}  ${named}` + `${who}  ${told(fact)}${late}`.trimEnd()
}

/** 办件 as an official reads it in a terminal: what it is, what was promised, what happened, what was found. */
export function caseText(view: CaseView): string {
  const { zone } = view
  const applicant = view.applicant ? `  申请人 ${view.applicant.name}` : '', holder = view.holder === undefined ? '' : `  在 ${view.holder} 手里`
  return [
    `${view.itemName}  ${view.source === undefined ? '' : `${view.source}:`}${view.caseNo}  ${lights[view.light]}  ${view.stage}`,
    `部门 ${view.department || '—'}  大厅 ${view.hallName}  渠道 ${view.channel}${applicant}${holder}`,
    `看 ${local(view.at, zone)}（${zone}）的情形，按 ${local(view.known, zone)} 所知，以 ${view.role} 的眼看`,
    ...(view.endedAt ? [`办结 ${local(view.endedAt, zone)}  ${view.resultCode ?? ''}`] : []),
    '', `经过（${view.facts.length} 条）`,
    ...view.facts.map((fact) => factLine(fact, zone)),
    ...view.clocks.flatMap((clock) => ['', `${clock.clause}（${clock.basis}）：${verdict(clock)}`, ...clock.lines.zh.map((line) => `  ${line}`)]),
    ...(view.fees ? ['', `收费：应收 ${(view.fees.owedFen / 100).toFixed(2)} 元，已收 ${(view.fees.paidFen / 100).toFixed(2)} 元（${view.fees.verdict}）`] : []),
    ...(view.findings.length > 0 ? ['', '发现（按规则应发）', ...view.findings.map(({ ruleId, zh, severity, dueOn, becameTrueAt, clause }) =>
      `  ${ruleId} ${zh} ${severity}：应于 ${dueOn} 办结，${local(becameTrueAt, zone)} 成立（${clause}）`)] : []),
    ...(view.cards.length > 0 ? ['', '牌', ...view.cards.map(({ ruleId, severity, issuedAt, revoked }) =>
      `  ${severity} ${ruleId}，${local(issuedAt, zone)} 发${revoked ? `，${local(revoked.at, zone)} 撤销：${revoked.reason}` : ''}`)] : []),
  ].join('\n')
}

/** What has become of an open case since its latest fact: how late it is by now, by which clause, and what is due for it. */
export const sinceText = ({ at, zone, light, clocks, findings, cards }: CaseView): string => [
  `到 ${local(at, zone)} 为止：${lights[light]}`,
  ...clocks.map((clock) => `  ${clock.clause}（${clock.basis}）：${verdict(clock)}`),
  ...findings.map(({ ruleId, zh, severity, becameTrueAt, clause }) => `  ${ruleId} ${zh} ${severity}：${local(becameTrueAt, zone)} 成立（${clause}）`),
  ...(cards.length > 0 ? [`  已发牌 ${cards.length} 张`] : []),
].join('\n')

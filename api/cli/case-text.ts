import { offsetMsAt } from '../../domain/kernel/zones.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import type { CardRemark, CardView, CaseView, ClockKind, ClockView, FactView, FindingView } from '../../projections/views.ts'

const lights = { ok: '● 正常', soon: '▲ 临期', late: '■ 超期', hold: '‖ 停表', done: '办结' }
export const local = (at: Instant, zone: string, precision?: 'day') => {
  const text = new Date(Date.parse(at) + offsetMsAt(zone, Date.parse(at))).toISOString()
  return precision === 'day' ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 19)}`
}
const owed: { [K in ClockKind]?: string } = { step: '应完成', notice: '应告知', special: '应结束', superior: '应决定', delivery: '应送达', publication: '应公开' }
const verdict = ({ kind, dueOn, held, remainingWorkingDays, overdueWorkingDays, provisional }: ClockView) =>
  [dueOn ? `${owed[kind] ?? '应办结'} ${dueOn}` : '停表，应办结日未定', provisional && '（暂定）', overdueWorkingDays !== undefined ? `，已超 ${overdueWorkingDays} 个工作日`
    : remainingWorkingDays !== undefined ? `，还剩 ${remainingWorkingDays} 个工作日` : '', held && dueOn && '，停表中'].filter(Boolean).join('')

/** The fields of a fact that are not told by its heading. */
const told = ({ data }: FactView) => Object.entries(data).filter(([name]) => !['by', 'group', 'pinned', 'caseNo', 'zone', 'attributes'].includes(name))
  .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ')

/** One fact on one line: when, its place, what, who, and when it was written down if that was later. */
const factLine = (fact: FactView, zone: string) => {
  const named = fact.activity === undefined ? fact.type : `${fact.activity} [${fact.type}]`
  const who = `${fact.by === undefined ? '' : `  ${fact.byName ?? fact.by}`}${fact.group === undefined ? '' : `（${fact.group}）`}`
  const late = fact.late ? `  〔记入 ${local(fact.recordedAt, zone)}〕` : ''
  const corrected = (fact.corrections ?? []).map(({ at, correct, reason }) => `\n      〔${local(at, zone)} 更正：应为 ${correct}；${reason}〕`).join('')
  return `  ${local(fact.occurredAt, zone, fact.precision)}  #${fact.position}  ${named}` + `${who}  ${told(fact)}${late}`.trimEnd() + corrected
}
const days = (clock: ClockView) => [`${clock.clause}（${clock.basis}）${/^step|^special|^superior/.test(clock.name) ? ` ${clock.name}` : ''}：${verdict(clock)}`]

const severities = { HINT: '提示', WARN: '预警', YELLOW: '黄牌', RED: '红牌' }
const facts = (evidence: number[] | undefined) => evidence ? `，见 ${evidence.map((position) => `#${position}`).join('、')}` : ''
const whose = ({ department, subCase }: Pick<FindingView, 'department' | 'subCase'>) =>
  `${subCase === undefined ? '' : `（子件 ${subCase}）`}${department === undefined ? '' : `［${department}］`}`
const breach = ({ breach }: Pick<FindingView, 'breach'>) => breach ? `（${breach.zh}）` : ''
const findingLine = (it: FindingView, zone: string) =>
  `  ${it.ruleId} ${it.zh}${breach(it)} ${severities[it.severity]}${whose(it)}：${it.dueOn ? `应于 ${it.dueOn} 办结，` : ''}${local(it.becameTrueAt, zone)} 成立`
  + `（${it.clause}${facts(it.evidence)}）${it.correctedAt ? `，${local(it.correctedAt, zone)} 已纠正` : ''}${it.shadow ? '〔试运行〕' : ''}`
const remarks: Record<CardRemark['kind'], string> = { notified: '告知', appealed: '申诉', upheld: '申诉成立', dismissed: '申诉不成立', stayed: '缓办', corrected: '纠错报告', 'correction-confirmed': '确认纠正',
  confirmed: '确认', revoked: '撤销', superseded: '改期，另发', sanctioned: '处理' }
const remarkLine = ({ kind, at, by, byName, text, until, documentNo, points, card, told = [] }: CardRemark, zone: string) =>
  [`    ${local(at, zone)} ${byName ?? by} ${remarks[kind]}`, until && `至 ${until}`, documentNo, points !== undefined && `扣 ${points} 分`, card, text,
    told.map(({ person, name }) => name ?? person).join('、')].filter(Boolean).join('  ')
const cardLines = (card: CardView, zone: string) => [
  `  ${severities[card.severity]} ${card.ruleId} ${card.zh}${breach(card)}${whose(card)}，${local(card.issuedAt, zone)} 发`
    + `${card.revoked ? `，${local(card.revoked.at, zone)} 撤销：${card.revoked.reason}` : ''}`
    + `${card.state === 'superseded' ? '，已改期' : ''}${card.lateNotice ? '（告知迟于下班，待确认）' : ''}${facts(card.evidence)}  ${card.cardId}`,
  ...card.remarks.map((remark) => remarkLine(remark, zone)),
]
/** Who else had a hand in it, and whose the delay is. */
const besides = ({ subCases, superior, extensions, sentBack, delays, zone }: CaseView) => [
  ...(subCases.length > 0 ? ['', '子件', ...subCases.map(({ number, department, matter, light, clock, opinion }) =>
    `  #${number} ${department}（${matter}）${lights[light]}：${verdict(clock)}`
      + (opinion ? `，${opinion.givenOn} ${opinion.result === 'agree' ? '同意' : '不同意'} ${opinion.text ?? ''}`.trimEnd() : '，未给意见'))] : []),
  ...(superior ? ['', `上报 ${superior.superior}：${superior.reportedOn} 上报，${superior.workingDays} 个工作日${superior.dueOn ? `，应决定 ${superior.dueOn}` : ''}`
    + (superior.decidedOn ? `，${superior.decidedOn} ${superior.result === 'grant' ? '准予' : '不予'} ${superior.documentNo ?? ''}` : '')] : []),
  ...extensions.map(({ workingDays, extendedOn, reason, basis, approver }) =>
    `延期 ${workingDays} 个工作日：${[extendedOn, reason, basis, approver && `${approver} 批准`].filter(Boolean).join('，')}`),
  ...sentBack.map(({ at, from, to, reason, byName }) => `退回 ${local(at, zone)} ${from} → ${to}${reason ? `：${reason}` : ''}${byName ? `（${byName}）` : ''}`),
  ...(delays.length > 0 ? ['', `迟延分摊：${delays.map(({ department, workingDays }) => `${department || '—'} ${workingDays} 个工作日`).join('，')}`] : []),
]

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
    ...view.clocks.flatMap((clock) => ['', ...days(clock), ...clock.lines.zh.map((line) => `  ${line}`)]),
    ...besides(view),
    ...(view.fees ? ['', `收费：应收 ${(view.fees.owedFen / 100).toFixed(2)} 元，已收 ${(view.fees.paidFen / 100).toFixed(2)} 元（${view.fees.verdict}）`] : []),
    ...(view.findings.length > 0 ? ['', '发现（按规则应发）', ...view.findings.map((finding) => findingLine(finding, zone))] : []),
    ...(view.cards.length > 0 ? ['', '牌', ...view.cards.flatMap((card) => cardLines(card, zone))] : []),
  ].join('\n')
}

/** What has become of an open case since its latest fact: how late it is by now, by which clause, and what is due for it. */
export const sinceText = ({ at, zone, light, clocks, findings, cards }: CaseView): string => [
  `到 ${local(at, zone)} 为止：${lights[light]}`,
  ...clocks.filter(({ stoppedAt }) => stoppedAt === undefined).map((clock) => `  ${clock.clause}（${clock.basis}）：${verdict(clock)}`),
  ...findings.map((finding) => findingLine(finding, zone)),
  ...(cards.length > 0 ? [`  已发牌 ${cards.length} 张`] : []),
].join('\n')

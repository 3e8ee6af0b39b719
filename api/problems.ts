import type { CalendarRefusal } from '../domain/calendar/index.ts'
import type { CaseRefusal } from '../domain/cases/needs.ts'
import type { ExchangeRefusal } from '../domain/exchange/index.ts'
import type { IdentityRefusal } from '../domain/identity/index.ts'
import type { ItemRefusal } from '../domain/items/index.ts'
import type { PlatformRefusal } from '../domain/platform/index.ts'
import type { SupervisionRefusal } from '../domain/supervision/index.ts'

type Worded = { status: 409 | 422; zh: string; en: string }
/** Of the runner itself. */
type RunnerRefusal = 'not-an-id'
export type Code = RunnerRefusal | CalendarRefusal | CaseRefusal | ExchangeRefusal | IdentityRefusal | ItemRefusal | PlatformRefusal | SupervisionRefusal
const not = (status: Worded['status'], zh: string, en: string): Worded => ({ status, zh, en })

/** 拒绝 — every refusal in the words of the hall. 409: not as things stand; 422: not as it was said. */
export const refusals: Record<Code, Worded> = {
  'not-an-id': not(422, '编号不能用：须为 1–300 个可见字符', 'This cannot be an id: 1 to 300 visible characters'),
  'already-founded': not(409, '平台已建立', 'The platform has been founded already'),
  'hall-already-open': not(409, '大厅已开设', 'The hall is open already'),
  'no-such-zone': not(422, '没有这个时区', 'There is no such time zone'),
  'already-enrolled': not(409, '人员已登记', 'The person is enrolled already'),
  'calendar-already-published': not(409, '该年日历已公布，请用修订', 'This year is published; amend it'),
  'calendar-not-published': not(409, '该年日历尚未公布', 'This year is not published yet'),
  'wrong-calendar-stream': not(422, '层级或适用地与日历编号不符', 'Layer or place does not match this calendar'),
  'day-both-off-and-working': not(422, '同一天既放假又上班', 'A day is both off and working'),
  'day-named-twice': not(422, '同一天写了两次', 'A day is named twice'),
  'day-outside-the-year': not(422, '日期不在该年（及相邻月）内', 'A day lies outside the year'),
  'hours-out-of-order': not(422, '下班须晚于上班', 'Closing must come after opening'),
  'not-the-next-version': not(409, '不是下一个版本', 'This is not the next version'),
  'promise-beyond-the-law': not(422, '承诺期限不得长于法定期限', 'The promised limit exceeds the statutory one'),
  'immediate-means-today': not(422, '即办件的承诺期限须为当天', 'An immediate case is promised for the same day'),
  'joint-without-others': not(422, '联办事项须有辅办部门', 'A joint item names the departments beside the lead'),
  'others-without-joint': not(422, '只有联办事项才有辅办部门', 'Only a joint item has departments beside the lead'),
  'lead-among-others': not(422, '主办部门不能同时是辅办部门', 'The lead is not one of the departments beside it'),
  'co-handler-twice': not(422, '同一辅办部门写了两次', 'A department beside the lead is named twice'),
  'co-handler-beyond-the-law': not(422, '辅办部门的承诺期限不得长于法定期限', 'A co-handler promises more time than the law allows'),
  'superior-not-named': not(422, '上报事项须写明上级机关', 'An item that is decided above names its superior'),
  'superior-not-needed': not(422, '只有上报事项才写上级机关', 'Only an item that is decided above names a superior'),
  'flow-out-of-order': not(422, '环节须按承办、审核、批准的次序，每个至多一次', 'Steps come in the order of handling, review and approval, each at most once'),
  'step-limit-outside-the-flow': not(422, '环节时限所指的环节不在流程内', 'A step limit names a step that is not in the flow'),
  'step-limited-twice': not(422, '同一环节写了两个时限', 'A step has two limits'),
  'step-limit-beyond-the-law': not(422, '环节时限不得长于法定期限', 'A step limit exceeds the statutory limit'),
  'fee-standard-twice': not(422, '收费标准编号重复', 'A fee standard is named twice'),
  'material-named-twice': not(422, '同一材料写了两次', 'A material is named twice'),
  'officer-named-twice': not(422, '同一授权人员写了两次', 'An officer is named twice'),
  'form-field-twice': not(422, '表单字段名重复', 'Two fields of the form have one name'),
  'form-field-without-options': not(422, '选择字段须有选项或字典', 'A field to choose in has neither options nor a dictionary'),
  'form-field-condition-unknown': not(422, '显示条件所指的字段须在前面', 'A condition names a field that does not come before it'),
  'form-field-condition-impossible': not(422, '显示条件永远不会成立', 'A condition asks for an answer that its field cannot have'),
  'form-field-bounds-crossed': not(422, '字段的下限大于上限', 'The lower bound of a field lies above its upper one'),
  'form-field-pattern-unsafe': not(422, '字段格式写法不对或过于复杂', 'The pattern of a field cannot be read or is too involved'),
  'code-named-twice': not(422, '字典代码重复', 'A code of the dictionary is named twice'),
  'entry-left-out': not(422, '字典条目发布后只能停用，不能删去', 'An entry once published is retired, never left out'),
  'hours-reaching-back': not(422, '办公时间不溯及既往：施行日不能早于今天', 'Office hours do not reach back: they take effect today or later'),
  'already-submitted': not(409, '该办件已申办', 'This case has been submitted already'),
  'no-such-item': not(422, '没有这个事项', 'There is no such item'),
  'no-such-hall': not(422, '没有这个大厅', 'There is no such hall'),
  'not-in-hand': not(409, '办件不在办理中', 'The case is not in hand'),
  'asked-once-already': not(409, '受理前只能一次性告知补正', 'A supplement may be asked for only once before acceptance'),
  'nothing-was-asked-for': not(409, '没有待补正的材料', 'No supplement was asked for'),
  'materials-missing': not(422, '补正材料不齐', 'Not all materials that were asked for are here'),
  'not-submitted': not(409, '办件不在待受理状态', 'The case is not waiting for acceptance'),
  'not-authorised': not(409, '未被授权办理该事项', 'Not authorised for this item'),
  'no-notice-overdue': not(409, '没有逾期的告知', 'No notice is overdue'),
  'step-has-its-own-command': not(422, '这一环节由专门的命令完成', 'This step is completed by its own command'),
  'not-the-next-step': not(409, '还没有轮到这一环节', 'This is not the next step'),
  'same-person-twice': not(409, '一审一核须由两人办理', 'Examiner and verifier must be two people'),
  'refusal-without-reason': not(422, '不予许可须写明理由、依据和救济途径', 'A refusal states its reason, basis and remedies'),
  'not-decided': not(409, '尚未作出决定', 'No decision has been made'),
  'special-procedure-not-foreseen': not(422, '该事项没有这种特别程序', 'The item does not foresee this special procedure'),
  'special-procedure-running': not(409, '特别程序正在进行', 'A special procedure is running'),
  'no-special-procedure': not(409, '没有进行中的特别程序', 'No special procedure is running'),
  'not-concluded': not(409, '尚未办结或已送达', 'Not concluded yet, or delivered already'),
  'another-case-number': not(422, '编号与来源和案号不符', 'The id does not match source and case number'),
  'unknown-zone': not(422, '没有这个时区', 'There is no such time zone'),
  'name-without-applicant': not(422, '姓名、号码、表单须写明是谁的', 'A name, number or form needs the person whose it is'),
  'recorded-elsewhere': not(422, '编号含冒号的是外来办件', 'Numbers with a colon are those of foreign cases'),
  'number-of-a-sub-case': not(422, '以 # 和数字结尾的是子件编号', 'Numbers that end in # and digits are those of sub-cases'),
  'no-such-approver': not(422, '批准人不是在册领导', 'The approver is not an enrolled leader'),
  'claim-out-of-bounds': not(422, '补录时刻须在上一事实与此刻之间', 'A late entry lies between the newest fact and now'),
  'number-used-otherwise': not(409, '这个序号已用于别的内容或别的人', 'This number stands for other words or another person'),
  'no-such-case': not(409, '没有这个办件', 'There is no such case'),
  'pre-reviewed-already': not(409, '预审已通过', 'The pre-review has been passed already'),
  'materials-incomplete': not(422, '收件清单缺必需材料', 'The receipt lacks materials that the item requires'),
  'right-organ-missing': not(422, '不属本机关职权的，须告知应向何机关申请', 'Outside our competence: name the organ to turn to'),
  'decided-already': not(409, '已作出决定或已了结', 'Decided already, or over'),
  'no-renewal-due': not(409, '没有到期视为准予的延续', 'No renewal has become true by time'),
  'not-an-earlier-step': not(422, '只能退回到更早的环节', 'A case is sent back to an earlier step only'),
  'approval-refused': not(409, '批准环节未同意，不得准予', 'The approval was refused, so it cannot be granted'),
  'extended-already': not(409, '只能延期一次', 'A limit may be extended only once'),
  'past-the-due-day': not(409, '延期须在应办结日之前批准', 'An extension comes no later than the due day'),
  'extension-too-long': not(422, '延期超过法律允许的工作日', 'The extension is longer than the law allows'),
  'not-head-of-government': not(422, '联办件延期须由本级人民政府负责人批准', 'A joint case is extended by the head of the government'),
  'approver-of-another-department': not(422, '批准人不是承办部门的领导', 'The approver leads another department'),
  'not-a-joint-case': not(422, '不是联办件', 'This is not a joint case'),
  'no-such-co-handler': not(422, '事项没有这个辅办部门', 'The item has no such co-handler'),
  'sub-case-opened-already': not(409, '该辅办部门的子件已开', 'The sub-case of this co-handler is open already'),
  'no-such-sub-case': not(422, '没有这个子件', 'There is no such sub-case'),
  'opinion-given-already': not(409, '该子件已有意见', 'This sub-case has its opinion already'),
  'opinions-missing': not(409, '辅办部门的意见尚未齐全', 'Opinions of co-handlers are missing'),
  'no-superior': not(422, '该事项不需上报', 'This item is not decided by a superior'),
  'superior-not-decided': not(409, '须先上报并有上级决定', 'The superior has not decided yet'),
  'superior-decided-otherwise': not(409, '须按上级决定办理', 'The superior has decided otherwise'),
  'not-reported-up': not(409, '办件不在上报中', 'The case is not with the superior'),
  'not-accepted': not(409, '办件尚未受理', 'The case has not been accepted'),
  'no-such-fee-standard': not(422, '事项没有这个收费标准', 'The item has no such fee standard'),
  'refund-beyond-charge': not(422, '退费超过已收金额', 'The refund exceeds what was charged'),
  'nothing-to-publish': not(409, '没有可公开的准予决定', 'There is no concluded grant to publish'),
  'published-already': not(409, '决定已公开', 'The decision is published already'),
  'not-ready-for-archive': not(409, '送达或了结后方可归档', 'A case is archived when it is delivered or over'),
  'archived-already': not(409, '办件已归档', 'The case is archived'),
  'no-such-record': not(422, '没有这条记录', 'There is no such record'),
  'no-yellow-behind-it': not(409, '没有有效的黄牌', 'No yellow card stands behind it'),
  'no-such-card': not(409, '没有这张牌', 'There is no such card'),
  'card-not-standing': not(409, '这张牌已撤销或已被取代', 'This card has been revoked or superseded'),
  'no-card-in-its-place': not(409, '没有取代它的牌', 'No other card stands in its place'),
  'reason-of-another': not(409, '这种撤牌理由不由您提出', 'This reason for revoking is not yours to give'),
  'appealed-already': not(409, '这张牌已申诉过一次', 'This card has been appealed against already'),
  'card-of-another': not(409, '只有被告知的承办人或科室负责人可以申诉', 'Only those notified of the card may appeal against it'),
  'appeal-too-late': not(409, '已过申诉期限', 'The days for an appeal are over'),
  'no-appeal-open': not(409, '没有待裁决的申诉', 'No appeal is open'),
  'appeal-decided-already': not(409, '申诉已裁决', 'The appeal has been decided already'),
  'stay-already-over': not(422, '缓至的日期已过', 'The stay would be over already'),
  'red-already': not(409, '已转红牌，不能再缓', 'The yellow has turned red already'),
  'corrected-already': not(409, '已报送纠错报告', 'A correction has been reported already'),
  'no-correction-reported': not(409, '还没有纠错报告', 'No correction has been reported'),
  'nothing-to-confirm': not(409, '这张牌无须确认', 'This card needs no confirmation'),
  'document-number-taken': not(409, '这个文号已写过别的内容', 'This document number says something else already'),
  'card-not-confirmed': not(409, '告知迟的红牌须先由监察员确认', 'A red card with a late notice is confirmed first'),
  'rule-not-proposed': not(409, '规则须先由一名监察员以同样内容提议', 'Another inspector proposes the rule first, in the same words'),
  'proposed-by-the-same': not(409, '提议与发布须由两名监察员办理', 'Who proposed the rule does not publish it'),
  'rule-retired-already': not(409, '规则已停用', 'The rule has been retired already'),
  'no-such-rule': not(422, '没有这条规则', 'There is no such rule'),
  'unknown-parameter': not(422, '规则没有这个参数', 'The rule has no such parameter'),
  'not-the-next-rule-version': not(409, '不是规则的下一个版本', 'This is not the next version of the rule'),
  'parameter-out-of-bounds': not(422, '参数超出规则允许的范围', 'A parameter lies outside what the rule allows'),
  'rule-reaching-back': not(422, '规则不得溯及既往：生效日不能早于今天', 'A rule does not reach back: it takes effect today or later'),
  'batch-not-started': not(409, '导入批次尚未开始', 'The batch has not been started'),
  'row-not-quarantined': not(422, '这一行不在隔离区', 'This row is not in quarantine'),
  'batch-finished': not(409, '导入批次已结束', 'The batch is finished'),
}

/** problem+json (RFC 9457), with both languages: `title` is Chinese, `en` its twin. */
export const problem = (status: number, code: string, title: string, en: string, more: object = {}) =>
  ({ type: `/problems/${code}`, status, code, title, en, ...more })
export type Problem = ReturnType<typeof problem>
export const refused = (code: string): Problem => {
  const { status, zh, en } = refusals[code as Code]
  return problem(status, code, zh, en)
}

/** 用户的错 — what a person asked for cannot be: worded for people, with the status of a request and exit code 2 of a command. */
export class Unanswerable extends Error {
  readonly problem: Problem
  constructor(status: number, code: string, zh: string, en: string, more: object = {}) {
    super(`${zh} / ${en}`)
    this.problem = problem(status, code, zh, en, more)
  }
}

import { searchAsked, searchFields, searchOrders } from '../search-asked.ts'
import { searchCases } from '../searching.ts'
import { table, text, thousands, type Verb } from './verb.ts'

const lights = { ok: '● 正常', soon: '▲ 临期', late: '■ 超期', hold: '‖ 停表', done: '办结' }
const words: Record<typeof searchFields[number], [zh: string, en: string]> = {
  hall: ['监察地点：大厅编号或名称', 'hall, by id or name'], caseNo: ['受理编号', 'case number'], caseType: ['办件类型', 'case type'], stage: ['办理状态', 'stage'],
  light: ['灯：ok soon late hold done', 'light: ok soon late hold done'], department: ['业务部门', 'department'],
  applicant: ['申请人：编号、单位名称、姓名或证件号码；写 - 则从标准输入读', 'applicant: number, organisation, or a person’s exact name or number; - reads it from stdin'],
  applicantId: ['申请人编号', 'applicant, by our number'],
  acceptedBy: ['受理人：编号或姓名', 'who accepted it, by id or name'], item: ['项目：编码或名称', 'item, by code or name'],
  acceptedFrom: ['受理日期起', 'accepted from this day'], acceptedTo: ['受理日期止', 'accepted up to this day'], overdue: ['过期', 'past due now'],
  holder: ['在谁手里：编号或姓名（在办）', 'in whose hands, by id or name (open)'], untaken: ['还没有本部门的人接手', 'taken up by nobody of its department yet'],
  due: ['到期：today week', 'falls due: today week'], unaccepted: ['还没有受理', 'not accepted yet'], today: ['今天：received concluded delivered', 'today: received concluded delivered'],
}
const boxes: readonly string[] = ['overdue', 'untaken', 'unaccepted']
const option = (name: typeof searchFields[number]) => [name, { type: boxes.includes(name) ? 'boolean' as const : 'string' as const, zh: words[name][0], en: words[name][1] }] as const

/** 综合查询 in a terminal; asked of the server where one holds the book, which has everything at hand. */
export const searchVerb: Verb = {
  name: 'search', usage: 'search [--hall H] [--item NAME] [--applicant NAME] [--acceptedFrom DAY] … [--overdue]', zh: '综合查询：任意条件及其组合', en: 'Search cases by any fields together',
  positional: [], served: true, stdin: 'applicant',
  options: {
    ...Object.fromEntries(searchFields.map(option)),
    order: { type: 'string', zh: `排序：${searchOrders.join('、')}`, en: `order: ${searchOrders.join(', ')}` }, after: { type: 'string', zh: '上一页的 next', en: 'next of the page before' },
    limit: { type: 'string', zh: '最多几行（1…200，默认 50）', en: 'rows at most (1…200, default 50)' }, count: { type: 'boolean', zh: '连总数', en: 'with the number of all' },
  },
  async run(rooms, said) {
    const named = Object.entries(said.options).filter(([name]) => !['data', 'json', 'help'].includes(name))
    const found = await searchCases(rooms, searchAsked(Object.fromEntries(named.map(([name]) => [name, said.options[name] === true ? '1' : text(said, name)]))))
    const lines = found.rows.map(({ source, caseNo, itemName, applicant = '', department, stage, light, dueOn = '' }) =>
      [source === undefined ? caseNo : `${source}:${caseNo}`, lights[light], itemName, applicant, department, stage, dueOn])
    return { json: found, text: [lines.length === 0 ? '没有这样的件' : table(lines), ...(found.count === undefined ? [] : [`共 ${thousands(found.count)} 件`]),
      ...(found.looked === undefined ? [] : [`已看 ${thousands(found.looked)} 件，还没有看完`]), ...(found.next === undefined ? [] : [`下一页：--after ${found.next}`])].join('\n') }
  },
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Instant } from '../../domain/kernel/values.ts'
import { instantSaid, replay } from '../case-reading.ts'
import { issueCards, judgeAll } from '../judging-all.ts'
import { queryCollection } from '../queries.ts'
import { loadModules } from '../modules.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { summarise } from '../summarising.ts'
import { caseText, sinceText } from './case-text.ts'
import { table, text, thousands, usageError, type Said, type Verb } from './verb.ts'

const nowOption = { now: { type: 'string', zh: '截至时刻（默认此刻）', en: 'as of an instant (default now)' } } as const
const nowOf = (rooms: Rooms, said: Said): Instant => instantSaid('now', text(said, 'now')) ?? rooms.now()

/** 汇总 */
export const summary: Verb = {
  name: 'summary', usage: 'summary [--now INSTANT]', zh: '全部办件的汇总数', en: 'Figures over all cases', positional: [], options: nowOption,
  async run(rooms, said) {
    const found = await summarise(rooms, nowOf(rooms, said))
    const { lateWorkingDays: late, fees } = found
    return { json: found, text: [
      `截至 ${found.now}`,
      table([['办件', thousands(found.cases)], ['活动种类', thousands(found.activities)], ['在办', thousands(found.open)], ['办结', thousands(found.closed)],
        ['办结晚于应办结时刻', thousands(found.lateAsInstant)], ['在办已过应办结时刻', thousands(found.openPastDue)]]),
      '办结时已超工作日：', table(Object.entries(late).map(([name, n]) => [`> ${name.slice(2)} 个`, thousands(n)])),
      '收费核对（件）：', table([['相符', fees.exact], ['少收', fees.under], ['多收', fees.over], ['未缴', fees.unpaid]].map(([name, n]) => [name!, thousands(Number(n))])),
    ].join('\n') }
  },
}

/** 查询 */
export const query: Verb = {
  name: 'query', usage: 'query COLLECTION [--where JSON] [--order FIELD] [--limit N] [--count]', zh: '按申明的字段查一个集合', en: 'Query a collection by its declared fields',
  positional: ['COLLECTION'],
  options: {
    where: { type: 'string', zh: '条件，JSON，例如 {"open":true}', en: 'conditions as JSON, such as {"open":true}' },
    order: { type: 'string', zh: '按字段排，-字段 为倒序', en: 'field to sort by, -field for descending' },
    limit: { type: 'string', zh: '最多几行（1…1000，默认 50）', en: 'rows at most (1…1000, default 50)' },
    after: { type: 'string', zh: '上一页的 next', en: 'next of the page before' },
    count: { type: 'boolean', zh: '只要总数', en: 'the number only' },
  },
  async run(rooms, said) {
    const found = await queryCollection(rooms, said.positional[0]!, { where: text(said, 'where'), order: text(said, 'order'), limit: text(said, 'limit'), after: text(said, 'after'),
      count: said.options['count'] ? '1' : undefined })
    return { json: found, text: 'count' in found ? thousands(found.count!) : found.rows!.map((row) => JSON.stringify(row)).join('\n') }
  },
}

/** 回放 */
export const replayVerb: Verb = {
  name: 'replay', usage: 'replay CASENO [--at INSTANT] [--known INSTANT] [--as ROLE]', zh: '把一个办件倒回任一时刻', en: 'Wind a case back to any moment', positional: ['CASENO'],
  options: {
    at: { type: 'string', zh: '发生截至（默认最后一条事实）', en: 'what had happened by then (default the latest fact)' },
    known: { type: 'string', zh: '获知截至（默认此刻）', en: 'what had been recorded by then (default now)' },
    as: { type: 'string', zh: '以谁的眼看（默认 inspector）', en: 'in whose eyes (default inspector)' },
  },
  async run(rooms, said) {
    const view = await replay(rooms, said.positional[0]!, { at: text(said, 'at'), known: text(said, 'known'), as: text(said, 'as') })
    // Without an instant a case is told up to its latest fact; what has become of an open one since is said after it.
    const since = text(said, 'at') === undefined && view.endedAt === undefined
      ? await replay(rooms, said.positional[0]!, { at: rooms.now(), known: text(said, 'known'), as: text(said, 'as') }) : undefined
    return { json: since ? { ...view, since: { at: since.at, light: since.light, clocks: since.clocks, findings: since.findings, cards: since.cards } } : view,
      text: caseText(view) + (since ? `\n\n${sinceText(since)}` : '') }
  },
}

/** The house with the modules of a folder, beside its own. */
async function withModules(rooms: Rooms, said: Said): Promise<Rooms> {
  const dir = text(said, 'modules')
  if (dir === undefined) return rooms
  if (said.options['issue']) throw usageError('modules', '--modules 只试不发，不能与 --issue 同用', '--modules only tries; it does not go with --issue')
  if (!existsSync(dir)) throw new Unanswerable(404, 'no-such-folder', `没有目录 ${dir}`, `There is no folder ${dir}`, { field: 'modules' })
  return { ...rooms, modules: [...rooms.modules ?? [], ...await loadModules(resolve(dir), rooms.modules)] }
}

/** 研判 */
export const judgeVerb: Verb = {
  name: 'judge', usage: 'judge [--now INSTANT] [--modules DIR] [--list] [--issue]', zh: '按规则研判；不加 --issue 只看不写', en: 'Judge by the rules; writes nothing without --issue',
  positional: [], writesWith: 'issue',
  options: {
    ...nowOption,
    issue: { type: 'boolean', zh: '把应发的牌记入事件簿（含导入的办件），不发通知', en: 'put the cards into the book, of imported cases too; sends no notice' },
    modules: { type: 'string', zh: '另加这个目录里的模块，只试不发', en: 'with the modules of this folder too, which are tried and deal nothing' },
    list: { type: 'boolean', zh: '逐条列出', en: 'every finding' },
  },
  async run(rooms, said, report) {
    if (said.options['issue'] && text(said, 'now') !== undefined) {
      throw usageError('now', '--issue 按此刻发牌，不能与 --now 同用', '--issue deals cards as of now; --now does not go with it')
    }
    const judgement = await judgeAll(await withModules(rooms, said), nowOf(rooms, said), (subjects) => report(`已研判 ${thousands(subjects)} 件`)), { findings, ...judged } = judgement
    const listed = said.options['list'] ? findings.map(({ params: _, ...finding }) => finding) : undefined
    const issued = said.options['issue'] ? await issueCards(rooms, judgement, (done) => report(`已发到第 ${thousands(done)} 件`)) : undefined
    const { hints, warnings, yellow, red } = judged.cards, total = findings.filter(({ shadow }) => !shadow).length
    return { json: { ...judged, total, ...(issued !== undefined && { issued }), ...(listed && { findings: listed }) }, text: [
      `截至 ${judged.now}，研判 ${thousands(judged.subjects)} 件：提示 ${thousands(hints)}，` +
        `预警 ${thousands(warnings)}，黄牌 ${thousands(yellow)}，红牌 ${thousands(red)}${issued === undefined ? '（只看不写）' : `；新记入 ${thousands(issued)} 条`}`,
      table([['规则', '名称', '等级', '发现', '试运行', '件数', '依据'], ...judged.rules.map(({ ruleId, zh, severity, findings, shadow, subjects, clause, module }) =>
        [ruleId, module === undefined ? zh : `${zh}（模块 ${module}）`, severity, thousands(findings), thousands(shadow), thousands(subjects), clause])]),
      ...(listed ?? []).map(({ subject, ruleId, becameTrueAt, dueOn }) => `  ${subject}  ${ruleId}  ${dueOn === undefined ? '' : `应于 ${dueOn} 办结，`}${becameTrueAt} 成立`),
    ].join('\n') }
  },
}

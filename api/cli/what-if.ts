import { readFile } from 'node:fs/promises'
import { instantSaid } from '../case-reading.ts'
import { rulebookOf } from '../judging.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { calendarSaid, jsonIn, limitsSaid, paramsSaid, type WhatIfAsked } from '../what-if-asked.ts'
import { itemsKnown, whatIf, type WhatIf } from '../what-if.ts'
import { table, text, texts, thousands, type Said, type Verb } from './verb.ts'

/** The largest notice of a whole country is some ten kilobytes. */
const calendarBytes = 4 << 20

async function calendarIn(file: string | undefined) {
  if (file === undefined) return []
  const content = await readFile(file).catch(({ code = '?' }: NodeJS.ErrnoException) => {
    throw new Unanswerable(400, 'no-such-file', `打不开日历文件：${code}`, `The calendar file cannot be read: ${code}`, { file, field: 'calendar' })
  })
  if (content.length > calendarBytes) throw new Unanswerable(400, 'file-too-large', '日历文件过大', 'The calendar file is too large', { file, field: 'calendar' })
  return calendarSaid(jsonIn(file, content.toString('utf8')), file)
}

async function askedOf(rooms: Rooms, said: Said): Promise<WhatIfAsked> {
  const limits = limitsSaid(texts(said, 'item'))
  await itemsKnown(rooms, limits)
  return { params: paramsSaid(texts(said, 'set'), await rulebookOf(rooms)), limits, calendar: await calendarIn(text(said, 'calendar')),
    now: instantSaid('now', text(said, 'now')) ?? rooms.now(), confidential: true }
}

const signed = (n: number) => n > 0 ? `+${thousands(n)}` : thousands(n)
const changes = { added: '新增', removed: '消失', moved: '移动' } as const
const place = (rankBefore: number, rankAfter: number) => rankBefore === rankAfter ? String(rankBefore) : `${rankBefore}→${rankAfter}`

function textOf({ now, subjects, limited, added, removed, moved, before, after, byDepartment, byRule, seconds, ...rest }: WhatIf, list: boolean): string {
  const departments = Object.entries(byDepartment).filter(([, own]) => own.before + own.after > 0).sort(([, a], [, b]) => a.rankBefore - b.rankBefore)
  return [
    `截至 ${now}，两边各研判 ${thousands(subjects)} 件，用时 ${seconds.toFixed(1)} 秒（只看不写）${limited > 0 ? `；时限改动涉及 ${thousands(limited)} 件` : ''}`,
    `牌：现行 ${thousands(before)}，假设 ${thousands(after)}；新增 ${thousands(added)}，消失 ${thousands(removed)}，移动 ${thousands(moved)}`,
    table([['规则', '现行', '假设', '新增', '消失', '移动'], ...Object.entries(byRule).map(([rule, own]) =>
      [rule, thousands(own.before), thousands(own.after), thousands(own.added), thousands(own.removed), thousands(own.moved)])]),
    table([['部门（按扣分排名，扣分多者在前）', '件数', '现行', '假设', '新增', '消失', '移动', '扣分变化', '名次'], ...departments.map(([name, own]) =>
      [name || '（未载明）', thousands(own.subjects), thousands(own.before), thousands(own.after), thousands(own.added), thousands(own.removed), thousands(own.moved),
        signed(own.pointsAfter - own.pointsBefore), place(own.rankBefore, own.rankAfter)])]),
    ...(list ? rest.cards.map((card) => `  ${changes[card.change]}  ${card.subject}  ${card.rule}  ${[card.before, card.after].filter(Boolean).join(' → ')}`) : []),
    ...(list && rest.omitted > 0 ? [`  另有 ${thousands(rest.omitted)} 张未逐张列出`] : []),
  ].join('\n')
}

/** 假设推演 */
export const whatIfVerb: Verb = {
  name: 'what-if', usage: 'what-if [--set RULE.PARAM=N]… [--item CODE.promised=N]… [--calendar FILE] [--now INSTANT] [--list]',
  zh: '换规则参数、时限或日历，对全部历史两边研判作比较；只看不写', en: 'Judge all history by other parameters, limits or calendar, and compare; writes nothing', positional: [],
  options: {
    set: { type: 'string', multiple: true, zh: '规则参数，例如 R-02.graceWorkingDays=2；可多次', en: 'a parameter of a rule, such as R-02.graceWorkingDays=2; more than once' },
    item: { type: 'string', multiple: true, zh: '事项时限：CODE.promised=10、CODE.statutory=20、CODE.step.handling=2；可多次',
      en: 'a limit of an item: CODE.promised=10, CODE.statutory=20, CODE.step.handling=2; more than once' },
    calendar: { type: 'string', zh: '日历事实的 JSON 文件，叠加在现有日历之上', en: 'a JSON file of calendar facts, laid over the calendar that is there' },
    now: { type: 'string', zh: '截至时刻（默认此刻）', en: 'as of an instant (default now)' },
    list: { type: 'boolean', zh: '逐张列出', en: 'every card that differs' },
  },
  async run(rooms, said, report) {
    const found = await whatIf(rooms, await askedOf(rooms, said), { onProgress: (subjects) => report(`已研判 ${thousands(subjects)} 件`) })
    return { json: found, text: textOf(found, said.options['list'] === true) }
  },
}

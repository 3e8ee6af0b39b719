import type { CaseImpact } from '../../projections/limit-impact.ts'
import { limitImpact } from '../item-impact.ts'
import { table, text, thousands, type Verb } from './verb.ts'

const standingNames: Record<CaseImpact['standing'], string> = { keeps: '沿用受理时的期限', deemed: '告知已逾期，按收件时的版本视为受理', takes: '受理时将适用新期限' }
const named = (kind: string, name: string) => kind === 'promised' ? '承诺' : kind === 'statutory' ? '法定' : `环节 ${name.split(':')[1]}`

const rowsOf = ({ subject, standing, clocks }: CaseImpact) => clocks.map(({ kind, name, now, draft }) =>
  [subject.slice('cases.'.length), standingNames[standing], named(kind, name), now.dueOn ?? '停表中', draft.dueOn ?? '停表中', draft.late ? now.late ? '已超期' : '将超期' : now.late ? '不再超期' : ''])

/** 期限影响 */
export const impactVerb: Verb = {
  name: 'impact', usage: 'impact CODE [--promised N] [--statutory N] [--steps STEP:N,…]', zh: '改期限前先看影响哪些在办件；只看不写', en: 'What other limits of an item would touch; writes nothing',
  positional: ['CODE'],
  options: {
    promised: { type: 'string', zh: '拟改的承诺期限（工作日）', en: 'promised limit meant, in working days' },
    statutory: { type: 'string', zh: '拟改的法定期限（工作日）', en: 'statutory limit meant, in working days' },
    steps: { type: 'string', zh: '拟改的环节时限，例如 handling:3,reviewing:1', en: 'step limits meant, such as handling:3,reviewing:1' },
  },
  async run(rooms, said) {
    const found = await limitImpact(rooms, said.positional[0]!, { promised: text(said, 'promised'), statutory: text(said, 'statutory'), steps: text(said, 'steps') })
    const { item, open, keeps, deemed, takes, lateNow, lateUnderDraft, newlyLate, noLongerLate, cases, unlisted } = found
    return { json: found, text: [
      `${item.code} ${item.legalName}（第 ${item.version} 版：承诺 ${item.promisedWorkingDays}，法定 ${item.statutoryWorkingDays} 个工作日），截至 ${found.now}`,
      table([['在办', thousands(open)], ['沿用受理时的期限', thousands(keeps)], ['按收件时的版本视为受理', thousands(deemed)], ['受理时将适用新期限', thousands(takes)],
        ['现已超期', thousands(lateNow)], ['若都按新期限：超期', thousands(lateUnderDraft)], ['其中新超期', thousands(newlyLate)], ['不再超期', thousands(noLongerLate)]]),
      ...cases.some(({ clocks }) => clocks.length > 0) ? [table([['编号', '去向', '期限', '现应办结', '若按新期限', ''], ...cases.flatMap(rowsOf)])] : [],
      ...unlisted > 0 ? [`另有 ${thousands(unlisted)} 件未列出`] : [],
      '已受理的办件沿用受理时的期限；「若按新期限」只供参考',
    ].join('\n') }
  },
}

import { rulesOfHouse } from '../rules.ts'
import { table, text, type Verb } from './verb.ts'

const states = { live: '施行', shadow: '试运行', retired: '已停用', waiting: '待接入' }
const severities = { HINT: '提示', WARN: '预警', YELLOW: '黄牌', RED: '红牌' }
const params = (of: Record<string, number> | undefined) => Object.entries(of ?? {}).map(([name, value]) => `${name}=${value}`).join(' ')

/** 规则目录 */
export const rulesVerb: Verb = {
  name: 'rules', usage: 'rules [--rule ID]', zh: '规则目录：依据、参数、公式、输入的事实，哪些施行、试运行、待接入', en: 'The catalogue of rules: clause, parameters, formula, facts; which are live, on trial, waiting',
  positional: [], options: { rule: { type: 'string', zh: '只看一条规则', en: 'one rule only' } },
  async run(rooms, said) {
    const found = await rulesOfHouse(rooms, { rule: text(said, 'rule') })
    const [only] = found.rules
    if (text(said, 'rule') === undefined) return { json: found, text: table([['规则', '名称', '等级', '状态', '版本', '参数', '依据'],
      ...found.rules.map(({ id, zh, severity, state, inForce, onTrial, version, clause }) =>
        [id, zh, severities[severity], states[state], String(inForce?.version ?? onTrial?.version ?? version), params(inForce?.params ?? onTrial?.params), clause])]) }
    const { id, zh, severity, state, clause, formula, inputs, awaits, inForce, onTrial, examples, breaches = {} } = only!
    return { json: only!, text: [`${id} ${zh}  ${severities[severity]}  ${states[state]}`, `依据：${clause}`, `公式：${formula.zh}`, `参数：${params(inForce?.params ?? onTrial?.params) || '—'}`,
      awaits ? `等待的事实：${awaits.join('、')}` : `依据的事实：${inputs.join('、')}`, ...Object.values(breaches).map(({ zh }) => `  情形：${zh}`), ...examples.map(({ zh }) => `  例：${zh}`)].join('\n') }
  },
}

import { isMet, isSteady, missedBy, type Line } from './line.ts'
import { number, percent, times } from './figures.ts'

/** 目标 of a line, bound by bound. */
export function verdicts(line: Line): string[] {
  const { goal = [], noise = 0 } = line
  const shaky = isSteady(line) ? '' : `（极限起落 ±${percent(noise)}，不作数）`
  return goal.map((bound) => {
    const { zh, value, least, most } = bound
    const wanted = least !== undefined ? `≥ ${number(least)}` : `≤ ${number(most!)}`
    return `${zh} ${times(value)}（目标 ${wanted}）${isMet(bound) ? '达到' : `未达到，差 ${missedBy(bound).toFixed(2)} 倍`}${shaky}`
  })
}

/** 未量 — what the goals of a bench also speak of and it does not measure. */
const unmeasuredOf: Record<string, string> = { video: '', screens: '', desk: '', book: '未量：PostgreSQL、emmett、BullMQ 的对照，一千万行时的追加速率，到期的迟到，诉求的一生，推演；目标里说到它们的部分不算达到' }

/** 表 — each row with its limit, its goal and what was read back. */
export function table(lines: readonly Line[], bench = 'book'): string {
  const shown = lines.map((line) => [
    `${line.zh}`,
    `    实测 ${line.measured}`,
    `    极限 ${line.limit}${line.times === undefined ? '' : `；实测 ÷ 极限 = ${times(line.times)}`}`,
    ...verdicts(line).map((verdict) => `    目标 ${verdict}`),
    ...(line.goal ? [] : ['    目标 未设，供参照']),
    `    核对 ${line.checked}`,
  ].join('\n'))
  const bounds = lines.filter(isSteady).flatMap(({ goal = [] }) => goal), met = bounds.filter(isMet).length
  const shaky = lines.filter((line) => line.goal && !isSteady(line)).length
  return [...shown, `达到 ${met} / ${bounds.length} 项目标${shaky > 0 ? `，另有 ${shaky} 行极限不稳、不作数` : ''}。${unmeasuredOf[bench] ?? unmeasuredOf['book']}`].join('\n\n')
}

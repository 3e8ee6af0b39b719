/** What the desk says in Chinese. */
export const words = {
  title: '工作台',
  sentence: { todo: (name: string) => `${name}，今天要办 `, cases: ' 件', among: '，其中 ', late: ' 件已超期。', end: '。', none: (name: string) => `${name}，今天没有到期的件。`, nothing: '没有等您办的件。', tomorrow: (n: string) => `明天到期 ${n}。` },
  line: { week: (n: string) => `本周到期 ${n}`, hold: (n: string) => `停表 ${n}`, all: (n: string) => `手里共 ${n}`, month: (inTime: string, all: string) => `本月按时 ${inTime} / ${all}` },
  waits: '等我办', order: '按到期先后', whose: '范围', mine: (n: string) => `我的 ${n}`, all: { handler: (n: string) => `同事项 ${n}`, head: (n: string) => `本单位 ${n}`, clerk: (n: string) => `本厅 ${n}` },
  groups: { late: '已超期', today: '今天到期', week: '本周到期', hold: '停表', later: '不急' },
  columns: { left: '还剩', item: '办件', step: '环节', due: '应办结' },
  turns: { acceptance: '受理', supplement: '等补正', handling: '承办', reviewing: '审核', approving: '批准', decision: '决定', special: '特别程序', superior: '等上级', conclusion: '办结', delivery: '待领件', archive: '归档', opinion: '协办意见' } as Record<string, string>,
  stopped: (why: string, days: string, planned: string) => `${why || '已停'} ${days}${planned && `/${planned}`} 个工作日`,
  urged: (n: string) => `催办 ${n} 次`, sentBack: (n: string) => `退回 ${n} 次`, appealed: '申诉中', held: (name: string) => `${name}在办`,
  empty: '没有等您办的件。', emptyAll: '这里没有在办的件。', cut: (shown: string, all: string) => `最急的 ${shown} 件，共 ${all}。`, more: '再看一些', back: '回到列表', pick: '选一件来办。', move: '上下', opens: '打开', ledger: '账', allKeys: '全部按键',
  urges: '催办与预警', urge: (who: string, item: string) => `${who}催办：${item}`, urgeNone: '没有催办，也没有预警。', warning: (kind: string, item: string) => `${kind}：${item}`, onMe: '关于本人',
  appealUntil: (day: string) => `${day}前可以申诉`, decideBy: (day: string) => `已申诉，${day}前答复`, due: (day: string) => `应于 ${day}办结`, shownOf: (shown: string, all: string) => `${shown} / ${all}`,
  changes: '须知', changesNone: '两周内没有变动。', changed: { rule: (name: string, version: string) => `规则「${name}」第 ${version} 版`, item: (name: string, version: string) => `事项「${name}」第 ${version} 版`, calendar: '日历有调整' }, from: (day: string) => `自 ${day}起`,
  month: '我的本月', concluded: '办结', inTime: '按时', mean: '平均用时', monthNone: '本月还没有办结的件。', openMonth: (what: string) => `${what}，打开列表`, monthList: (what: string) => `本月${what}`, percent: (n: string) => `（${n}%）`,
  usedDays: (days: string) => `用 ${days}`, notInTime: '超期', inTimeWord: '按时',
}
export type Words = typeof words

export const words = {
  title: '廉政风险', none: '没有廉政风险的发现。', sentence: { before: '廉政风险现有 ', found: (_one: boolean) => ' 条发现', standing: '，其中有效 ', end: ' 条。' }, foundLabel: (n: string) => `${n} 条廉政风险发现`, standingLabel: (n: string) => `${n} 条有效`,
  only: '仅监察与审计可见，不计分，不公开。', rules: '风险点', found: '发现', standing: '有效', people: '涉及', formula: '怎样算', when: '环节', severity: '轻重', inForce: '在用', waiting: '待接入', waitingMore: (n: string) => `另有 ${n} 条风险点等着事实接入：`,
  phases: { before: '事前', during: '事中', after: '事后' }, severities: { HINT: '交监察复核', WARN: '预警', YELLOW: '黄牌', RED: '红牌' },
  units: '涉及的单位和人员', unitsMore: '一点一条', unit: '单位', marks: '发现', officer: '人员', nobody: '未涉及个人', list: '逐条', all: '全部风险点', more: '再看 30 条', count: (n: string) => `${n} 条`, region: '廉政风险发现',
  byUnit: (unit: string, n: string) => `${unit}：${n} 条`, shortened: (n: string) => `只画了最近 ${n} 条。`,
}
export type Words = typeof words

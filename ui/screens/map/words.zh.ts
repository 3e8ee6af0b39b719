/** 流程图用语. */
export const words = {
  title: '流程图', sentence: { before: '按实际走的路，', cases: (n: string) => `${n} 件`, ways: (n: string) => `走了 ${n} 条不同的路径`, most: (n: string, share: string) => `，最常走的 ${n} 条占 ${share}`, end: '。', none: '没有这样的件，所以没有路径。' },
  share: (n: string) => `显示 ${n} 的路径`, shareLabel: '显示多少路径，常走的在前', shown: (shown: string, all: string) => `画出 ${shown}，共 ${all}`,
  filters: '筛选', filter: { item: '事项', department: '部门', hall: '大厅', caseType: '办件类型', source: '来源', from: '收件日期起', to: '收件日期止', light: '灯' }, any: '全部', own: '本平台', clear: '清除筛选', choose: '按这些看',
  picture: '图', table: '看表格', csv: '下载表格（CSV）', scroll: '可以横向和纵向滚动',
  legend: { title: '图例', width: '线越粗，走得越多', again: '回头重做', deviated: '偏离：跳环节、同一人、先后不可能', days: '数字：次数 · 中位工作日' },
  box: (cases: string, days: string) => `${cases} · ${days}`, boxStart: (cases: string) => `${cases} · 起点`, median: (days: string) => `中位 ${days}`, sameDay: '当天', times: (n: string) => `${n} 次`,
  boxLabel: (box: string, whole: string) => `${box}${whole && `，${whole}`}，打开这些件`,
  wayLabel: (from: string, to: string, times: string, days: string, more: string) => `从${from}到${to}，${times}，中位 ${days}${more}，打开这些件`, againOf: (n: string) => `，其中 ${n}回头`, deviatedOf: (n: string) => `，偏离 ${n}`,
  deviations: { skipped: '跳过环节', 'same-person': '承办与核准同一人', impossible: '先后不可能' } as Record<string, string>,
  deviationsTitle: '偏离', noDeviations: '没有偏离：没有跳环节，没有同一人又办又核，没有先后不可能的。',
  variants: '路径', variantsOf: (n: string) => `${n} 条`, variantLine: (cases: string, share: string) => `${cases}（${share}）`, variantCount: (cases: string) => cases, undrawn: '没有画出', moreVariants: (n: string) => `还有 ${n} 条，每条的件更少。`, showAll: (n: string) => `再看 ${n} 条`,
  columns: { from: '从', to: '到', cases: '件数', times: '次数', median: '中位工作日', most: '九成不超过', again: '回头', deviated: '偏离' }, start: '（起点）', end: '（止于此）',
  cases: { step: (step: string) => `经过「${step}」的件`, way: (from: string, to: string) => `从「${from}」到「${to}」的件`, variant: '走这条路径的件', deviation: (what: string) => `偏离：${what}`, count: (n: string) => `共 ${n}`, close: '不看这些件', more: '再看 50 件',
    unseen: '您能看数字，不能看单件。', columns: { left: '还剩', item: '办件', step: '环节' } },
  stale: '有新的事实，图会自己更新', summary: (steps: string, ways: string) => `流程图：${steps} 个环节，${ways} 条去向`,
}
export type Words = typeof words

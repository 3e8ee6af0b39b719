/** 图表用语. */
export const words = {
  table: '看表格', csv: '下载表格（CSV）', scroll: '图，可横向滚动', moment: '看哪一天', of: (day: string, values: string) => `${day}：${values}`, value: (name: string, value: string) => `${name} ${value}`,
  between: '，',
}
export type Words = typeof words

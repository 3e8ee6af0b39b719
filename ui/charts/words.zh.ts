/** 图表用语. */
export const words = {
  table: '看表格', csv: '下载表格（CSV）', scroll: '图，可横向滚动', moment: '看哪一天', of: (day: string, values: string) => `${day}：${values}`, value: (name: string, value: string) => `${name} ${value}`,
  between: '，',
  cases: { light: '期限', due: '应办结', item: '事项', code: '事项编码', applicant: '申请人', caseNo: '受理编号', step: '环节', holder: '在谁手里', department: '部门', hall: '大厅', opened: '收件', ended: '办结', cards: '牌' },
}
export type Words = typeof words

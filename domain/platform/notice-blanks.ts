/** 印出来的告知文书 — those that a counter hands over (行政许可法 第三十二条). */
export const printedNotices = ['receipt', 'acceptance', 'supplement', 'non-acceptance'] as const
export type PrintedNoticeKind = typeof printedNotices[number]

/** 空白 — what a text may leave open, by its name in English and in Chinese; a case fills it in. */
export const blanks = { item: '事项', number: '受理编号', department: '部门', hall: '大厅', applicant: '申请人' } as const
export type Blank = keyof typeof blanks
const named: ReadonlyMap<string, Blank> = new Map(Object.entries(blanks).flatMap(([blank, zh]) => [[blank, blank as Blank], [zh, blank as Blank]]))
const open = /\{([^{}]*)\}/g

/** A text with its blanks filled in; what somebody's own name contains is not read again. */
export const filled = (text: string, values: Readonly<Record<Blank, string>>): string =>
  text.replace(open, (whole, name: string) => { const blank = named.get(name); return blank ? values[blank] : whole })
/** Whether a text leaves something open that no case fills in. */
export const hasStrayBlank = (text: string) => [...text.matchAll(open)].some(([, name]) => !named.has(name!)) || /[{}]/.test(text.replace(open, ''))

import { canonical } from '../kernel/canonical.ts'
import { decider, refuse } from '../kernel/decider.ts'
import type { PlatformCommand, PlatformEvent } from './events.ts'

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
const hasStrayBlank = (text: string) => [...text.matchAll(open)].some(([, name]) => !named.has(name!)) || /[{}]/.test(text.replace(open, ''))

type Said = Extract<PlatformCommand, { type: 'PublishNoticeTemplate' }>
type Written = Extract<PlatformEvent, { type: 'NoticeTemplatePublished' }>
export type NoticeTemplateRefusal = 'no-such-notice' | 'not-the-next-version' | 'no-such-blank'

/** 文书模板 — how a house words one of its notices: version by version, so that a notice given once is printed again in the words of its day. */
export const noticeTemplateDecider = decider<{ version: number; latest?: string }, Said, Written>()({
  needs: { PublishNoticeTemplate: {} },
  initial: { version: 0 },
  evolve: (_, { data }) => ({ version: data.version, latest: canonical(data) }),
  answers: {
    PublishNoticeTemplate({ version, latest }, data, { id }) {
      if (!(printedNotices as readonly string[]).includes(id)) return refuse('no-such-notice')
      if (latest === canonical(data)) return [] // said twice
      if (data.version !== version + 1) return refuse('not-the-next-version')
      const { head, lead, law, closing } = data
      for (const said of [head, lead, law, closing]) if (said && [said.zh, said.en ?? ''].some(hasStrayBlank)) return refuse('no-such-blank')
      return [{ type: 'NoticeTemplatePublished', data }]
    },
  },
})

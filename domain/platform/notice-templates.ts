import { canonical } from '../kernel/canonical.ts'
import { decider, refuse } from '../kernel/decider.ts'
import type { PlatformCommand, PlatformEvent } from './events.ts'
import { hasStrayBlank, printedNotices } from './notice-blanks.ts'

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

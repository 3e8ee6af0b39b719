import { z } from 'zod'
import { Instant } from '../domain/kernel/values.ts'
import { platformEvents, type PlatformEvent } from '../domain/platform/events.ts'
import type { Projection } from './kernel.ts'

const Version = z.strictObject({ ...platformEvents.NoticeTemplatePublished.schema.shape, by: z.string(), publishedAt: Instant })
export type NoticeTemplate = z.infer<typeof Version>
export const NoticeTemplatesRow = z.strictObject({ kind: z.string(), versions: z.array(Version) })
export type NoticeTemplatesRow = z.infer<typeof NoticeTemplatesRow>
const kindOf = (stream: string) => stream.slice('platform-notice.'.length)

/** 文书模板 — each kind of notice with all its versions, the newest last: what was printed once can be printed again as it was. */
export const noticeTemplates: Projection<NoticeTemplatesRow, PlatformEvent> = {
  name: 'notice-templates',
  version: 1,
  row: NoticeTemplatesRow,
  order: 'business',
  key: ({ type, meta }) => type === 'NoticeTemplatePublished' ? kindOf(meta.stream) : [],
  indexes: [],
  on: {
    NoticeTemplatePublished: (row, { data, meta }) => ({ kind: kindOf(meta.stream), versions: [...row?.versions ?? [], { ...data, by: meta.actor.person, publishedAt: meta.recordedAt }] }),
  },
}

/** The version that was in force at an instant. */
export const templateAt = ({ versions }: NoticeTemplatesRow, at: Instant): NoticeTemplate | undefined => versions.findLast(({ publishedAt }) => publishedAt <= at)

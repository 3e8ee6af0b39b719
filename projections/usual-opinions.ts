import { z } from 'zod'
import { workbenchEvents, type WorkbenchEvent } from '../domain/workbench/events.ts'
import type { Recorded } from '../domain/kernel/events.ts'
import type { Projection } from './kernel.ts'

const UsualOpinion = z.strictObject({ person: z.string(), ...workbenchEvents.OpinionSaved.schema.shape, keptAt: z.string() })
type UsualOpinion = z.infer<typeof UsualOpinion>
type Own = Extract<WorkbenchEvent, { type: 'OpinionSaved' | 'OpinionDropped' }>
const personOf = (stream: string) => stream.slice('workbench-'.length)

/** 常用意见 — nobody's but one's own, in the order in which they were kept. */
export const usualOpinions: Projection<UsualOpinion, Own> = {
  name: 'usual-opinions',
  version: 1,
  row: UsualOpinion,
  order: 'business',
  key: ({ data, meta }: Recorded<Own>) => `${personOf(meta.stream)} ${data.number}`,
  indexes: ['person', 'step', 'number'],
  on: {
    OpinionSaved: (_, { data, meta }) => ({ person: personOf(meta.stream), ...data, keptAt: meta.recordedAt }),
    OpinionDropped: () => undefined,
  },
}

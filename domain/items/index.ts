import { context } from '../kernel/context.ts'
import { decider, refuse } from '../kernel/decider.ts'
import { canonical } from '../kernel/canonical.ts'
import { itemCommands, itemEvents, type ItemCommand, type ItemEvent } from './events.ts'

export type ItemRefusal = 'not-the-next-version' | 'promise-beyond-the-law' | 'immediate-means-today'
type Catalogued = { version: number; latest?: string }

/** 事项目录 */
export const itemDecider = decider<Catalogued, ItemCommand, ItemEvent>()({
  needs: { PublishItem: {} },
  initial: { version: 0 },
  evolve: (_, { data }) => ({ version: data.version, latest: canonical(data) }),
  answers: {
    PublishItem({ version, latest }, data) {
      if (latest === canonical(data)) return [] // said twice
      if (data.version !== version + 1) return refuse('not-the-next-version')
      if (data.promisedWorkingDays > data.statutoryWorkingDays) return refuse('promise-beyond-the-law') // 优化营商环境条例 36
      if (data.caseType === 'IMMEDIATE' && data.promisedWorkingDays > 0) return refuse('immediate-means-today') // 行政许可法 34
      return [{ type: 'ItemPublished', data }]
    },
  },
})

export const items = context({
  name: 'items',
  zh: '事项',
  events: itemEvents,
  commands: itemCommands,
  grants: { PublishItem: ['hall-manager'] },
  deciders: { '': itemDecider },
})

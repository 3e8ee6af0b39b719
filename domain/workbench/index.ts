import { context } from '../kernel/context.ts'
import type { Refusal } from '../kernel/decider.ts'
import { benchDecider } from './bench.ts'
import { workbenchCommands, workbenchEvents } from './events.ts'

export type WorkbenchRefusal = Extract<ReturnType<typeof benchDecider.decide>, Refusal>['refused']

const opining = ['window-clerk', 'handler', 'section-head', 'leader'] as const, working = [...opining, 'hall-manager'] as const
/** 工作台：常用意见、外出 */
export const workbench = context({
  name: 'workbench',
  zh: '工作台',
  events: workbenchEvents,
  commands: workbenchCommands,
  grants: { KeepOpinion: opining, DropOpinion: opining, AnnounceAway: working, EndAway: working },
  subjects: { '': 'person' },
  deciders: { '': benchDecider },
})

import { context } from '../kernel/context.ts'
import { decider, refuse } from '../kernel/decider.ts'
import { isZone } from '../kernel/zones.ts'
import { clockDecider } from './clock.ts'
import { noticeTemplateDecider, type NoticeTemplateRefusal } from './notice-templates.ts'
import { restoringDecider, type RestoringRefusal } from './restoring.ts'
import { platformCommands, platformEvents, type PlatformCommand, type PlatformEvent } from './events.ts'

type Said<T> = Extract<PlatformCommand, { type: T }>
type Written<T> = Extract<PlatformEvent, { type: T }>
export type PlatformRefusal = RestoringRefusal | NoticeTemplateRefusal | 'already-founded' | 'not-founded' | 'hall-already-open' | 'no-such-zone' | 'clock-not-stepped'

/** 建立平台，为平台定名 */
export const foundingDecider = decider<{ founded?: { name: string; region: string } }, Said<'FoundPlatform' | 'NamePlatform'>, Written<'PlatformFounded' | 'PlatformNamed'>>()({
  needs: { FoundPlatform: {}, NamePlatform: {} },
  initial: {},
  evolve: (_, { data: { name, region } }) => ({ founded: { name, region } }),
  answers: {
    FoundPlatform({ founded }, data) {
      if (founded) return refuse('already-founded')
      return isZone(data.zone) ? [{ type: 'PlatformFounded', data }] : refuse('no-such-zone')
    },
    NamePlatform({ founded }, data) {
      if (!founded) return refuse('not-founded')
      return founded.name === data.name && founded.region === data.region ? [] : [{ type: 'PlatformNamed', data }]
    },
  },
})

/** 开设大厅 */
export const hallDecider = decider<{ open: boolean }, Said<'OpenHall'>, Written<'HallOpened'>>()({
  needs: { OpenHall: {} },
  initial: { open: false },
  evolve: () => ({ open: true }),
  answers: {
    OpenHall({ open }, data, { id }) {
      if (open) return refuse('hall-already-open')
      return isZone(data.zone) ? [{ type: 'HallOpened', data: { hall: id, ...data } }] : refuse('no-such-zone')
    },
  },
})

export const platform = context({
  name: 'platform',
  zh: '平台',
  events: platformEvents,
  commands: platformCommands,
  grants: { FoundPlatform: ['policy'], NamePlatform: ['policy'],
    RecordRestoring: ['policy'], OpenHall: ['system-admin', 'policy'], NoticeClockStep: ['policy'], ConfirmClock: ['system-admin'], PublishNoticeTemplate: ['hall-manager', 'system-admin'] },
  subjects: { '': 'house', hall: 'house', restoring: 'house', clock: 'house', notice: 'house' },
  deciders: { '': foundingDecider, hall: hallDecider, restoring: restoringDecider, clock: clockDecider, notice: noticeTemplateDecider },
})

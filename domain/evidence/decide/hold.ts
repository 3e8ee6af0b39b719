import { decider, refuse } from '../../kernel/decider.ts'
import type { Said, Written } from '../events.ts'
import { longestHoldMs } from '../retention.ts'
import type { CameraReference } from './footage.ts'

type HoldEvent = Written<'HoldPlaced' | 'HoldReleaseRequested' | 'HoldReleased'>
type HoldState = { placed?: Written<'HoldPlaced'>['data']; asked?: { by: string; reason: string }; released: boolean }
/** 办件 that a hold is about. */
type CaseReference = object

/** 保全 holds from the moment that it is said; to let go takes two. Released, it can be asked for anew under another number. */
export const holdDecider = decider<HoldState, Said<'PlaceHold' | 'RequestHoldRelease' | 'ApproveHoldRelease'>, HoldEvent, { camera: CameraReference; heldCase: CaseReference }>()({
  needs: {
    PlaceHold: { camera: (_, { camera }) => camera === undefined ? undefined : { id: camera }, heldCase: (_, { case: of }) => of === undefined ? undefined : { id: of } },
    RequestHoldRelease: {}, ApproveHoldRelease: {},
  },
  initial: { released: false },
  evolve(state, { type, data }) {
    switch (type) {
      case 'HoldPlaced': return { ...state, placed: data }
      case 'HoldReleaseRequested': return { ...state, asked: { by: data.by, reason: data.reason } }
      case 'HoldReleased': return { ...state, released: true }
    }
  },
  answers: {
    PlaceHold({ placed }, { camera: of, fromMs, toMs, case: about, reason }, { id, by, camera, heldCase }) {
      if (placed) return refuse('hold-placed-already')
      const stretched = of !== undefined && fromMs !== undefined && toMs !== undefined, named = [of, fromMs, toMs].some((one) => one !== undefined)
      if ((about !== undefined) === named || (named && !stretched)) return refuse('hold-of-nothing')
      if (about !== undefined) return heldCase ? [{ type: 'HoldPlaced', data: { hold: id, case: about, reason, by: by.person } }] : refuse('no-such-case-to-hold')
      if (!camera) return refuse('no-such-camera')
      if (toMs! <= fromMs! || toMs! - fromMs! > longestHoldMs) return refuse('hold-too-wide')
      return [{ type: 'HoldPlaced', data: { hold: id, camera: of!, fromMs: fromMs!, toMs: toMs!, reason, by: by.person } }]
    },
    RequestHoldRelease({ placed, asked, released }, { reason }, { id, by }) {
      if (!placed) return refuse('no-such-hold')
      if (released) return refuse('hold-released-already')
      return asked?.by === by.person && asked.reason === reason ? [] : [{ type: 'HoldReleaseRequested', data: { hold: id, reason, by: by.person } }]
    },
    ApproveHoldRelease({ placed, asked, released }, _, { id, by }) {
      if (!placed) return refuse('no-such-hold')
      if (released) return refuse('hold-released-already')
      if (!asked) return refuse('release-not-asked-for')
      if (asked.by === by.person) return refuse('released-by-two-persons')
      return [{ type: 'HoldReleased', data: { hold: id, reason: asked.reason, requestedBy: asked.by, by: by.person } }]
    },
  },
})

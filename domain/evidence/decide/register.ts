import { canonical } from '../../kernel/canonical.ts'
import { decider, refuse } from '../../kernel/decider.ts'
import type { Registered, Said, Written } from '../events.ts'
import { cameraId } from '../footage.ts'
import { doorId } from './footage.ts'
import { legalDays } from '../retention.ts'

type RegisterEvent = Written<'CameraRegistered' | 'CameraChanged' | 'CameraRetired' | 'StreamKeyIssued'>
export type CameraState = { registered?: Registered; retired: boolean; keyHash?: string }
/** 大厅 that a camera hangs in. */
type HallReference = object

const hall = (_: CameraState, { hall }: { hall: string }) => ({ id: hall })
/** Whoever reads the book reads no password. */
const namesSomebody = ({ source }: Registered) => source.kind === 'rtsp' && /^rtsps?:\/\/[^/?#]*@/.test(source.url)
function faultIn(data: Registered) {
  if (data.retentionDays < legalDays) return refuse('retention-below-the-law')
  if (data.kind !== 'overview' && data.window === undefined) return refuse('camera-without-a-window')
  if (data.kind === 'overview' && data.window !== undefined) return refuse('overview-of-one-window')
  if (namesSomebody(data)) return refuse('password-in-the-address')
  return undefined
}

/** 摄像机登记 — where it hangs, what it looks at, how long its footage stays. What it was called before stays legible in its own facts. */
export const registerDecider = decider<CameraState, Said<'RegisterCamera' | 'ChangeCamera' | 'RetireCamera' | 'IssueStreamKey'>, RegisterEvent, { hall: HallReference }>()({
  needs: { RegisterCamera: { hall }, ChangeCamera: { hall }, RetireCamera: {}, IssueStreamKey: {} },
  initial: { retired: false },
  evolve: evolveCamera,
  answers: {
    RegisterCamera({ registered }, data, { id, hall }) {
      if (!cameraId.safeParse(id).success || id === doorId) return refuse('not-a-camera-id')
      if (registered) return refuse('camera-registered-already')
      if (!hall) return refuse('camera-at-no-hall')
      return faultIn(data) ?? [{ type: 'CameraRegistered', data: { camera: id, ...data } }]
    },
    ChangeCamera({ registered, retired }, data, { id, hall }) {
      if (!registered) return refuse('no-such-camera')
      if (retired) return refuse('camera-retired')
      if (!hall) return refuse('camera-at-no-hall')
      return faultIn(data) ?? (canonical(registered) === canonical(data) ? [] : [{ type: 'CameraChanged', data: { camera: id, ...data } }])
    },
    RetireCamera({ registered, retired }, { reason }, { id }) {
      if (!registered) return refuse('no-such-camera')
      return retired ? [] : [{ type: 'CameraRetired', data: { camera: id, reason } }]
    },
    IssueStreamKey({ registered, retired, keyHash: before }, { keyHash }, { id }) {
      if (!registered) return refuse('no-such-camera')
      if (retired) return refuse('camera-retired')
      if (registered.source.kind !== 'rtmp') return refuse('camera-is-not-pushed')
      return before === keyHash ? [] : [{ type: 'StreamKeyIssued', data: { camera: id, keyHash } }]
    },
  },
})

/** 摄像机状态 folded from its register. */
export function evolveCamera(state: CameraState, { type, data }: RegisterEvent): CameraState {
  switch (type) {
    case 'CameraRegistered': case 'CameraChanged': {
      const { camera: _, ...registered } = data
      return { ...state, registered }
    }
    case 'CameraRetired': return { ...state, retired: true }
    case 'StreamKeyIssued': return { ...state, keyHash: data.keyHash }
  }
}

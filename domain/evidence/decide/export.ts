import { decider, refuse } from '../../kernel/decider.ts'
import type { Said, Written } from '../events.ts'
import { longestViewMs } from '../retention.ts'
import type { CameraReference } from './footage.ts'

type ExportEvent = Written<'ExportRequested' | 'ExportApproved' | 'EvidenceExported'>
type ExportState = { asked?: Written<'ExportRequested'>['data']; approvedBy?: string; made: readonly string[] }

/** 调取 — asked for with a reason, granted by an inspector who did not ask; every bundle that left is a fact with its digest. */
export const exportDecider = decider<ExportState, Said<'RequestExport' | 'ApproveExport' | 'RecordExport'>, ExportEvent, { camera: CameraReference }>()({
  needs: { RequestExport: { camera: (_, { camera }) => ({ id: camera }) }, ApproveExport: {}, RecordExport: {} },
  initial: { made: [] },
  evolve(state, { type, data }) {
    switch (type) {
      case 'ExportRequested': return { ...state, asked: data }
      case 'ExportApproved': return { ...state, approvedBy: data.by }
      case 'EvidenceExported': return { ...state, made: [...state.made, `${data.by} ${data.sha256}`] }
    }
  },
  answers: {
    RequestExport({ asked }, data, { id, by, camera }) {
      if (asked) return refuse('export-requested-already')
      if (!camera) return refuse('no-such-camera')
      if (data.toMs <= data.fromMs || data.toMs - data.fromMs > longestViewMs) return refuse('stretch-too-wide')
      return [{ type: 'ExportRequested', data: { export: id, ...data, by: by.person } }]
    },
    ApproveExport({ asked, approvedBy }, _, { id, by }) {
      if (!asked) return refuse('no-such-export')
      if (approvedBy !== undefined) return refuse('export-approved-already')
      if (asked.by === by.person) return refuse('exported-by-two-persons')
      return [{ type: 'ExportApproved', data: { export: id, by: by.person } }]
    },
    RecordExport({ approvedBy, made }, data, { id }) {
      if (approvedBy === undefined) return refuse('export-not-approved')
      return made.includes(`${data.by} ${data.sha256}`) ? [] : [{ type: 'EvidenceExported', data: { export: id, ...data } }]
    },
  },
})

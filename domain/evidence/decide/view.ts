import { decider, refuse } from '../../kernel/decider.ts'
import type { Instant } from '../../kernel/values.ts'
import type { Said, Written } from '../events.ts'
import { longestViewMs } from '../retention.ts'

const minuteMs = 60_000
/** 查看时限 — so long a view opens what it was opened for. */
const viewMinutes = 30
type ViewEvent = Written<'FootageViewed' | 'LiveWatched' | 'SnapshotSaved'>
type Looks = { views: ReadonlyMap<string, Written<'FootageViewed'>['data']>; watched: ReadonlySet<string>; saved: ReadonlySet<string> }
const watchOf = ({ camera, hour }: { camera: string; hour: string }) => `${camera} ${hour}`

/** 谁看了录像 of one looker and day. A case number or a reason is said for every view; a camera that is watched live is told once an hour. */
export const viewDecider = decider<Looks, Said<'OpenView' | 'RecordLiveWatch' | 'RecordSnapshot'>, ViewEvent>()({
  needs: { OpenView: {}, RecordLiveWatch: {}, RecordSnapshot: {} },
  initial: { views: new Map(), watched: new Set(), saved: new Set() },
  evolve(state, { type, data }) {
    switch (type) {
      case 'FootageViewed': return { ...state, views: new Map([...state.views, [data.view, data]]) }
      case 'LiveWatched': return { ...state, watched: new Set([...state.watched, watchOf(data)]) }
      case 'SnapshotSaved': return { ...state, saved: new Set([...state.saved, data.sha256]) }
    }
  },
  answers: {
    OpenView({ views }, data, { now }) {
      if (views.has(data.view)) return []
      if (data.case === undefined && data.reason === undefined) return refuse('view-without-reason')
      if (data.toMs <= data.fromMs || data.toMs - data.fromMs > longestViewMs) return refuse('stretch-too-wide')
      if (data.fromMs > Date.parse(now)) return refuse('view-of-what-has-not-happened')
      return [{ type: 'FootageViewed', data: { ...data, until: new Date(Date.parse(now) + viewMinutes * minuteMs).toISOString() as Instant } }]
    },
    RecordLiveWatch: ({ watched }, data) => watched.has(watchOf(data)) ? [] : [{ type: 'LiveWatched', data }],
    RecordSnapshot({ views, saved }, data) {
      const view = views.get(data.view)
      if (!view || view.camera !== data.camera || data.atMs < view.fromMs || data.atMs > view.toMs) return refuse('snapshot-outside-the-view')
      return saved.has(data.sha256) ? [] : [{ type: 'SnapshotSaved', data }]
    },
  },
})

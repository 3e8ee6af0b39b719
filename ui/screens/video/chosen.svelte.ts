import { untrack } from 'svelte'
import { router } from '../../router.svelte.ts'
import { player, type Player } from './player.svelte.ts'
import type { Wall } from './wall.svelte.ts'

const noteMs = 400
/** 选中的一路 — the camera that the address names, with its playback; an address with a case and an instant opens at that second, and the case is the purpose. */
export function chosen(wall: Wall, ofCase: (caseNo: string) => string) {
  let current = $state.raw<Player>(), noting: ReturnType<typeof setTimeout> | undefined
  const id = $derived(wall.cameras.find(({ camera }) => camera === router.query['camera'])?.camera), at = $derived(router.query['at']), caseId = $derived(router.query['case'])
  const hallId = $derived(wall.hall?.id)
  /** The screen of the same window, and the whole of the hall. */
  const besides = (own: string) => {
    const main = wall.cameras.find(({ camera }) => camera === own), others = wall.cameras.filter(({ camera }) => camera !== own)
    return [others.find(({ window, kind }) => window !== undefined && window === main?.window && kind !== main.kind), others.find(({ kind }) => kind === 'overview')].filter((one) => one !== undefined)
  }
  return {
    get player() { return current }, get id() { return id },
    /** To be attached to the wall: as long as the address names a camera, it has a playback. */
    following: () => {
      if (id === undefined) return
      const own = id, startMs = at === undefined ? NaN : Date.parse(at), forCase = caseId
      return untrack(() => {
        const main = wall.cameras.find(({ camera }) => camera === own)!
        const made = current = player({ main, beside: besides(own), startMs: Number.isNaN(startMs) ? wall.nowMs : startMs, atLast: Number.isNaN(startMs), nowMs: () => untrack(() => wall.nowMs) })
        if (forCase !== undefined && !Number.isNaN(startMs)) void made.look({ caseId: forCase, said: ofCase(router.query['no'] ?? forCase) })
        return () => { made.close(); clearTimeout(noting); if (current === made) current = undefined }
      })
    },
    /** To be attached beside it: what happens in the hall that is looked at. */
    followingHall: () => hallId === undefined ? undefined : untrack(() => wall.follow(hallId)),
    /** 地址 — says where the playhead is, so that it can be handed on. */
    note() {
      clearTimeout(noting)
      noting = setTimeout(() => { if (current?.reel && !current.playing) router.note({ hall: wall.hall?.id, camera: current.main.camera, at: new Date(Math.round(current.at)).toISOString(), case: current.why?.caseId, no: router.query['no'] }) }, noteMs)
    },
  }
}
export type Chosen = ReturnType<typeof chosen>

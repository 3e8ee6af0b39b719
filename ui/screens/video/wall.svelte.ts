import { onDestroy } from 'svelte'
import { isProblem, type Problem } from '../../client.ts'
import { house } from '../../house.svelte.ts'
import { subscribe } from '../../live.ts'
import { network } from '../../network.svelte.ts'
import { router } from '../../router.svelte.ts'
import { asks, type AtWindow, type Camera, type Hall, type KeptDays } from './asks.ts'

/** How often the state of the cameras is asked for, and what stands at the windows where nothing tells of it. */
const statesMs = 1_500, windowsMs = 10_000, settleMs = 250, tickMs = 500
/** 无画面 — since when, by what this page sees itself or by what the recorder says. */
export type Silence = { sinceMs: number; cause: string | undefined; frozen: boolean }

/** 视频墙 — the halls that one may see, their cameras and how they are, and what stands at each window now. */
export function wall() {
  let halls = $state.raw<Hall[]>(), kept = $state.raw<KeptDays>(), windows = $state.raw<AtWindow[]>([]), problem = $state.raw<Problem>()
  // Until the windows have been asked, by what the house said last of its clock.
  let ahead = house.view ? Date.parse(house.view.now) - network.answeredAt : 0, nowMs = $state(Date.now() + ahead)
  let seenStalled = $state.raw(new Map<string, number>()), gone = false, turn = 0, soon: ReturnType<typeof setTimeout> | undefined
  const { query } = $derived(router)
  const hall = $derived(halls?.find(({ id }) => id === query['hall']) ?? halls?.find(({ cameras }) => cameras.some(({ camera }) => camera === query['camera'])) ?? halls?.[0])
  const kinds = ['window', 'overview', 'screen']
  const cameras = $derived([...hall?.cameras ?? []].sort((a, b) => a.priority - b.priority || kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.camera.localeCompare(b.camera)))

  async function readHalls() {
    const answer = await asks.halls()
    if (gone) return
    if (isProblem(answer)) { if (!halls || answer.status === 403) problem = answer; return }
    problem = undefined
    // One's own hall first, then those with the most cameras. What has not changed is not drawn again.
    const own = house.view?.person?.hall, sorted = answer.halls.toSorted((a, b) => Number(b.id === own) - Number(a.id === own) || b.cameras.length - a.cameras.length)
    if (JSON.stringify(sorted) !== JSON.stringify(halls)) halls = sorted
    if (JSON.stringify(answer.kept) !== JSON.stringify(kept)) ({ kept } = answer)
  }
  async function readWindows() {
    const id = hall?.id, own = ++turn
    if (id === undefined) return
    const answer = await asks.now(id)
    if (gone || own !== turn || isProblem(answer)) return
    windows = answer.windows
    ahead = Date.parse(answer.at) - Date.now()
    nowMs = Date.now() + ahead
  }
  const again = () => { clearTimeout(soon); soon = setTimeout(() => void readWindows(), settleMs) }
  void readHalls()
  const timers = [setInterval(() => { if (!document.hidden) void readHalls() }, statesMs), setInterval(() => { if (!document.hidden) again() }, windowsMs), setInterval(() => { nowMs = Date.now() + ahead }, tickMs)]
  onDestroy(() => { gone = true; clearTimeout(soon); timers.forEach(clearInterval) })

  function silenceOf({ camera, state, sinceMs, cause }: Camera): Silence | undefined {
    const seen = seenStalled.get(camera)
    if (state === 'live') return seen === undefined ? undefined : { sinceMs: seen, cause: undefined, frozen: false }
    return { sinceMs: sinceMs ?? seen ?? nowMs, cause, frozen: state === 'frozen' }
  }
  return {
    get halls() { return halls }, /** For how long what is linked to a case stays. */ get kept() { return kept }, get hall() { return hall }, get cameras() { return cameras }, get problem() { return problem },
    /** By the platform's clock. */
    get nowMs() { return nowMs },
    get silent() { return cameras.flatMap((camera) => { const silence = silenceOf(camera); return silence && camera.state !== 'off' ? [{ camera, ...silence }] : [] }) },
    at: (window: string | undefined) => windows.find((one) => one.window === window),
    silenceOf,
    /** What a tile sees of its own picture, sooner than anybody is told of it. */
    stalled(camera: string, forMs: number | undefined) {
      seenStalled = new Map(seenStalled)
      if (forMs === undefined) seenStalled.delete(camera)
      else seenStalled.set(camera, Date.now() + ahead - forMs)
    },
    /** Follows what is told of a hall's cases, as long as it is looked at. */
    follow(id: string) {
      windows = []
      void readWindows()
      return subscribe('cases', { hall: id }, house.view?.position ?? 0, again)
    },
    retry() { void readHalls() },
  }
}
export type Wall = ReturnType<typeof wall>

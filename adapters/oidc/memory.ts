type Payload = { uid?: string; grantId?: string; userCode?: string; consumed?: number; exp?: number }
type Kept = { payload: Payload; until: number }

/** More than this and the oldest goes: who has not signed in yet must not fill the memory. */
const most = 20_000
/** 内存状态 — grants, codes and tokens of this process alone: a restart ends them, as it ends the sessions that they hang on. */
export function memoryState(nowMs: () => number) {
  const kept = new Map<string, Kept>()
  const alive = (key: string): Payload | undefined => {
    const found = kept.get(key)
    if (!found) return undefined
    if (found.until > nowMs()) return found.payload
    kept.delete(key)
    return undefined
  }
  const first = (model: string, which: (payload: Payload) => boolean) => {
    for (const [key, { payload }] of kept) if (key.startsWith(`${model}:`) && which(payload)) return alive(key)
    return undefined
  }
  return class {
    readonly model: string
    constructor(model: string) { this.model = model }
    upsert(id: string, payload: Payload, seconds?: number) {
      const key = `${this.model}:${id}`
      kept.delete(key)
      kept.set(key, { payload, until: seconds === undefined ? Infinity : nowMs() + seconds * 1000 })
      if (kept.size > most) kept.delete(kept.keys().next().value!)
      return Promise.resolve()
    }
    find(id: string) { return Promise.resolve(alive(`${this.model}:${id}`)) }
    findByUid(uid: string) { return Promise.resolve(first(this.model, (payload) => payload.uid === uid)) }
    findByUserCode(code: string) { return Promise.resolve(first(this.model, ({ userCode }) => userCode === code)) }
    consume(id: string) {
      const found = alive(`${this.model}:${id}`)
      if (found) found.consumed = Math.floor(Date.now() / 1000)
      return Promise.resolve()
    }
    destroy(id: string) { kept.delete(`${this.model}:${id}`); return Promise.resolve() }
    revokeByGrantId(grantId: string) {
      for (const [key, { payload }] of kept) if (payload.grantId === grantId) kept.delete(key)
      return Promise.resolve()
    }
  }
}

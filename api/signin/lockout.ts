/** Whoever is counted beyond this pushes out whoever was counted first. */
const remembered = 50_000

/** 锁定 — so many failures within a while, and nobody is heard for a while. An attempt counts as failed until it is known not to be: many at once are no way round. */
export function lockout({ most, withinMs, lockMs, nowMs }: { most: number; withinMs: number; lockMs: number; nowMs(): number }) {
  const failed = new Map<string, number[]>(), locked = new Map<string, number>()
  const forget = (who: string) => { failed.delete(who); locked.delete(who) }
  return {
    /** How long nobody is heard in this name; 0 where they are. */
    leftMs(who: string): number {
      const left = (locked.get(who) ?? 0) - nowMs()
      if (left <= 0 && locked.has(who)) forget(who)
      return Math.max(0, left)
    },
    /** Which of the failures this would be: the last of them locks. */
    begin(who: string): number {
      const at = nowMs(), times = [...(failed.get(who) ?? []).filter((then) => at - then < withinMs), at]
      failed.delete(who)
      failed.set(who, times)
      if (times.length >= most) locked.set(who, at + lockMs)
      if (failed.size > remembered) forget(failed.keys().next().value!)
      return times.length
    },
    /** It was no failure, whatever else it was. */
    takeBack(who: string) {
      const times = failed.get(who)?.slice(0, -1) ?? []
      if (times.length > 0) failed.set(who, times)
      else failed.delete(who)
      if (times.length < most) locked.delete(who)
    },
    forget,
  }
}

const minuteMs = 60_000, dayMs = 24 * 60 * minuteMs
export const failuresOfAccount = 5, lockMs = 15 * minuteMs
/** 锁定的尺度. An office may come by one address; a machine that guesses does, too. `told`: the locks of one account that become facts in a day, so that whoever
    goes on for years does not fill its stream. */
export const locksOf = (nowMs: () => number) => ({
  accounts: lockout({ most: failuresOfAccount, withinMs: 10 * minuteMs, lockMs, nowMs }),
  addresses: lockout({ most: 100, withinMs: 10 * minuteMs, lockMs: 10 * minuteMs, nowMs }),
  told: lockout({ most: 8, withinMs: dayMs, lockMs: dayMs, nowMs }),
})

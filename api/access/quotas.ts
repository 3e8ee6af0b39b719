import { dayIn } from '../../domain/kernel/zones.ts'
import { problem, type Problem } from '../problems.ts'
import type { Rooms } from '../rooms.ts'

/** 申请人定额 — what one applicant may say in a day of the house: new applications, and everything together. What they may attach is counted where it is kept. */
const applicationsADay = 20, sayingsADay = 200
const tooMuch = (zh: string, en: string, most: number) => problem(429, 'quota-of-the-day', `${zh}，每人每天至多 ${most} 次，明天再来或到窗口办理`,
  `${en}: at most ${most} a day; come again tomorrow, or to the window`, { rule: 'a-day', most })

/** Counted in this process, by person and day; a restart begins anew. */
export function quotasOf({ now, founding: { zone } }: Pick<Rooms, 'now' | 'founding'>) {
  let day = '', counts = new Map<string, { applications: number; sayings: number }>()
  return {
    /** Why an applicant has said enough for today, where that is so. */
    spend(person: string, type: string): Problem | undefined {
      const today = dayIn(zone, now())
      if (today !== day) { day = today; counts = new Map() }
      const spent = counts.get(person) ?? { applications: 0, sayings: 0 }
      counts.set(person, spent)
      if (++spent.sayings > sayingsADay) return tooMuch('今天提交太多', 'Too much was sent today', sayingsADay)
      if (type === 'SubmitApplication' && ++spent.applications > applicationsADay) return tooMuch('今天申办太多', 'Too many applications today', applicationsADay)
      return undefined
    },
  }
}

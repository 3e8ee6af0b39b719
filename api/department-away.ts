import { isAwayOn, type AbsenceRow } from '../projections/absences.ts'
import type { Day } from '../domain/kernel/values.ts'
import type { Away } from '../projections/views-department.ts'
import { partsOf, seenIn } from './access/collections.ts'
import type { Standing } from './access/standing.ts'
import { directory } from './naming.ts'
import type { Rooms } from './rooms.ts'

/** 外出 of a department, today and to come, as far as whoever asks may see it; by names, the nearest first. */
export async function awayFrom(rooms: Rooms, who: Standing, department: string, today: Day): Promise<Away[]> {
  const parts = await partsOf(rooms, who, 'absences'), names = await directory(rooms), nameOf = (person: string) => names.personName.get(person) ?? person
  const here = new Set(names.people.filter((one) => one.department === department).map(({ person }) => person)), found: Away[] = []
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await rooms.rows.find('absences', { where: { to: { from: today } }, order: 'from', limit: 1_000, ...(after !== undefined && { after }) })
    for (const { row, key } of page.rows) {
      const one = here.has(String(row['person'])) ? await seenIn(parts, row, key) as AbsenceRow | undefined : undefined
      if (!one || (one.backOn !== undefined && one.backOn <= today)) continue
      found.push({ ...one, name: nameOf(one.person), now: isAwayOn(one, today), ...(one.standIn !== undefined && { standInName: nameOf(one.standIn) }) })
    }
    after = page.next
  }
  return found
}

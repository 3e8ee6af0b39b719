import type { HouseView, PersonView } from '../projections/views.ts'
import { client, isProblem } from './client.ts'

const readers = ['applicant', 'window-clerk', 'handler', 'section-head', 'leader', 'hall-manager', 'hall-monitor', 'inspector', 'auditor']
const readAgainMs = 20_000

function openHouse() {
  let house = $state.raw<HouseView>(), people = $state.raw<PersonView[]>([])
  async function read() {
    const answer = await client.house()
    if (isProblem(answer)) return
    const first = !house
    house = answer
    if (first && answer.purpose === 'demonstration') {
      const found = await client.people()
      if (!isProblem(found)) people = found.people
    }
  }
  return {
    /** 平台 — undefined until it has answered for the first time. */
    get view() { return house },
    get people() { return people },
    /** 看办件 is not everybody's: administrators have accounts, rights and records in hand. */
    get seesCases() { return house?.person?.roles.some((role) => readers.includes(role)) ?? false },
    read,
    keepReading() {
      void read()
      setInterval(() => { if (!document.hidden) void read() }, readAgainMs)
    },
    async be(person: string) {
      // Whoever one is changes what every answer contains: everything is read anew.
      if (!isProblem(await client.be(person))) location.reload()
    },
  }
}
export const house = openHouse()

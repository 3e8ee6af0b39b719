import type { HouseView, PersonView } from '../projections/views.ts'
import { client, isProblem } from './client.ts'

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
    get seesCases() { return house?.person?.seesCases ?? false },
    /** 监察或审计 — who sees the whole, and through others' eyes. */
    get oversees() { return house?.person?.roles.some((role) => role === 'inspector' || role === 'auditor') ?? false },
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

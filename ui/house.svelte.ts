import type { HouseView, PersonView } from '../projections/views.ts'
import { client, isProblem } from './client.ts'
import { network } from './network.svelte.ts'
import { queue } from './queue.svelte.ts'

/** So often while the platform answers, and so often while it does not. */
const readAgainMs = { calm: 20_000, lost: 2_000 }

function openHouse() {
  let house = $state.raw<HouseView>(), people = $state.raw<PersonView[]>([])
  async function read() {
    const answer = await client.house()
    if (isProblem(answer)) return
    const first = !house
    // Somebody else has signed in beside this page: nothing here is theirs.
    if (house?.person && answer.person && house.person.person !== answer.person.person) { location.reload(); return }
    house = answer
    queue.of(answer.person?.person)
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
      let last = Date.now()
      const again = () => { last = Date.now(); void read() }
      again()
      setInterval(() => { if (!document.hidden && Date.now() - last >= (network.why ? readAgainMs.lost : readAgainMs.calm)) again() }, 500)
      addEventListener('online', again)
      addEventListener('offline', () => network.lost('offline'))
      document.addEventListener('visibilitychange', () => { if (!document.hidden && network.why) again() })
    },
    async be(person: string) {
      // Whoever one is changes what every answer contains: everything is read anew.
      if (!isProblem(await client.be(person))) location.reload()
    },
  }
}
export const house = openHouse()

import type { HallReference, ItemReference, PersonReference } from '../domain/cases/needs.ts'
import { identityEvents, type IdentityEvent } from '../domain/identity/events.ts'
import { itemEvents, type ItemEvent } from '../domain/items/events.ts'
import type { Reference } from '../domain/kernel/decider.ts'
import { read, type Recorded } from '../domain/kernel/events.ts'
import type { EventLog } from '../domain/kernel/ports.ts'
import { platformEvents, type PlatformEvent } from '../domain/platform/events.ts'

/** 参照 — how each name in a decider's `needs` is folded from its own stream, in the shape that the asker declared. */
export const referencesFrom = (book: EventLog) => ({
  async item({ id, version }: Reference): Promise<ItemReference | undefined> {
    let found: ItemReference | undefined
    for (const fact of await book.readStream(`items-${id}`)) {
      const { data } = read(itemEvents, fact as Recorded<ItemEvent>, fact.meta.version)
      if (version === undefined || data.version === version) found = data
    }
    return found
  },
  async hall({ id }: Reference): Promise<HallReference | undefined> {
    const [fact] = await book.readStream(`platform-hall.${id}`)
    if (!fact) return undefined
    const { data } = read(platformEvents, fact as Recorded<Extract<PlatformEvent, { type: 'HallOpened' }>>, fact.meta.version)
    return { zone: data.zone }
  },
  async approver({ id }: Reference): Promise<PersonReference | undefined> {
    const [fact] = await book.readStream(`identity-${id}`)
    return fact && { roles: read(identityEvents, fact as Recorded<IdentityEvent>, fact.meta.version).data.roles }
  },
})

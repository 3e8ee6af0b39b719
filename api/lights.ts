import type { Instant } from '../domain/kernel/values.ts'
import type { BoardCase } from '../projections/board.ts'
import { openLight, type Lamp, type OpenLight, type Standing } from '../projections/due-index.ts'

type Known = { light: OpenLight; lateAt?: Instant | undefined }
export type LightOf = (one: BoardCase) => Known
/** Many share a standing: what its light is now is looked at once. */
export function lights(now: Instant) {
  const known = new Map<Standing, Known>(), none: Known = { light: 'ok' }
  return ({ standing }: Lamp): Known => {
    if (!standing) return none
    let found = known.get(standing)
    if (!found) known.set(standing, found = { light: openLight(standing, now), lateAt: standing.lateAt })
    return found
  }
}

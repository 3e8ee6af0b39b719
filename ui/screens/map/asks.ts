import type { Deviation } from '../../../projections/path-deviations.ts'
import type { ProcessMap } from '../../../projections/process-map.ts'
import type { CaseList } from '../../../projections/views.ts'
import { read } from '../../client.ts'

export type MapAnswer = ProcessMap & { now: string; position: number; omitted: number }
export type CasesAnswer = CaseList & { count: number }
export type Query = Record<string, string | undefined>
export type { Deviation }
type Named = { rows: { code?: string; shortName?: string; department?: string; hall?: string; name?: string }[] }

export const asks = {
  map: (query: Query) => read<MapAnswer>('/process-map', query),
  cases: (query: Query) => read<CasesAnswer>('/process-map/cases', query),
  items: () => read<Named>('/collections/items', { limit: 1000 }),
  halls: () => read<Named>('/collections/halls', { limit: 200 }),
}

import type { AnyGroup, AnyProjection } from '../../projections/kernel.ts'
import type { FactsModule } from './source.ts'

/** What a thread is given to know its projections and facts by: addresses of modules, since functions do not travel. */
export type Modules = {
  dir: string
  /** Exports `projections` and `groups`. */
  projections: string
  /** `module` exports `openFacts`, which is given `data`. */
  facts: { module: string; data: unknown }
}
export async function loaded({ projections: from, facts }: Modules) {
  const { projections, groups = [] } = await import(from) as { projections: readonly AnyProjection[]; groups?: readonly AnyGroup[] }
  const { openFacts } = await import(facts.module) as FactsModule
  return { projections, groups, source: await openFacts(facts.data) }
}

import { z } from 'zod'
import type { Context } from '../domain/kernel/context.ts'
import type { Told } from '../domain/kernel/events.ts'
import type { Keys } from '../domain/kernel/ports.ts'
import { isSealed, subjectField } from '../domain/kernel/values.ts'

/** Where in a fact's data personal fields stand: directly, or inside objects and lists of objects. */
type Plan = { fields: readonly { name: string; subject: string }[]; inner: readonly { name: string; plan: Plan }[] }
const plans = new WeakMap<z.core.$ZodType, Plan | null>()

const unwrapped = (field: z.core.$ZodType): z.core.$ZodType => {
  const { def } = (field as z.ZodType)._zod as unknown as { def: { innerType?: z.core.$ZodType; element?: z.core.$ZodType } }
  const within = def.innerType ?? def.element
  return within ? unwrapped(within) : field
}
function planOf(schema: z.core.$ZodType): Plan | null {
  const known = plans.get(schema)
  if (known !== undefined) return known
  const fields: { name: string; subject: string }[] = [], inner: { name: string; plan: Plan }[] = []
  if (schema instanceof z.ZodObject) for (const [name, field] of Object.entries(schema.shape) as [string, z.core.$ZodType][]) {
    const subject = subjectField(field)
    if (subject) { fields.push({ name, subject }); continue }
    const plan = planOf(unwrapped(field))
    if (plan) inner.push({ name, plan })
  }
  const plan = fields.length || inner.length ? { fields, inner } : null
  plans.set(schema, plan)
  return plan
}

type Data = Record<string, unknown>
async function sealedData(keys: Keys, plan: Plan, matter: string, data: Data): Promise<Data> {
  const sealed = { ...data }
  for (const { name, subject } of plan.fields) {
    if (data[name] === undefined || isSealed(data[name])) continue
    if (typeof data[subject] !== 'string') throw new Error(`${name} is personal, and ${subject} does not say whose`)
    sealed[name] = await keys.seal(data[subject], matter, JSON.stringify(data[name]))
  }
  for (const { name, plan: within } of plan.inner) {
    const value = data[name]
    if (Array.isArray(value)) sealed[name] = await Promise.all(value.map((item: Data) => sealedData(keys, within, matter, item)))
    else if (value) sealed[name] = await sealedData(keys, within, matter, value as Data)
  }
  return sealed
}

/** 密封 — personal fields sealed and the whole parsed: nothing reaches the book in the clear, or that could not be read back from it. */
export async function sealedBy(keys: Keys, { events }: Context, matter: string, facts: readonly Told[]): Promise<Told[]> {
  // Most facts say nothing about anybody, and a history brings them by the hundred thousand.
  if (facts.every(({ type }) => planOf(events[type]!.schema) === null)) return facts.map((fact) => ({ ...fact, data: events[fact.type]!.schema.parse(fact.data) }))
  return Promise.all(facts.map(async (fact) => {
    const { schema } = events[fact.type]!
    const plan = planOf(schema)
    const data = plan ? await sealedData(keys, plan, matter, fact.data) : fact.data
    return { ...fact, data: schema.parse(data) }
  }))
}

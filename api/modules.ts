import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { duties } from '../domain/kernel/vocabulary.ts'
import { catalogue } from '../domain/supervision/rules/index.ts'
import { severities, type Pattern, type Rule, type RuleCard } from '../domain/supervision/rules/rule.ts'
import { Unanswerable } from './problems.ts'

/** 模块 — rules that a house brings beside those that ship. They are of version 0: they show what they would find, until two inspectors have published
    version 1 of them. Timelines of other contexts cannot be brought. */
export type Module = { name: string; rules: readonly Rule[]; patterns: readonly Pattern[] }

const text = z.string().min(1).max(4000)
const twoLanguages = z.object({ zh: text, en: text })
const number = z.number().refine(Number.isFinite)
const does = z.custom<(...said: never[]) => unknown>((value) => typeof value === 'function', '须为函数 / must be a function')
const card = {
  id: z.string().regex(/^[A-Z][A-Z0-9]*-\d{2,4}$/, '编号形如 M-01 / an id such as M-01'),
  zh: text, en: text, severity: z.enum(severities), clause: text,
  params: z.record(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/), number),
  bounds: z.record(z.string(), z.object({ from: number, to: number, whole: z.boolean() })),
  inputs: z.array(z.string()).min(1), formula: twoLanguages, tells: z.array(z.enum(duties)).min(1),
  deduction: z.partialRecord(z.enum(severities), number.min(0).max(100)),
  escalates: z.boolean().default(false), confidential: z.literal(true).optional(), examples: z.array(z.unknown()).default([]),
  breaches: z.record(z.string(), twoLanguages).optional(),
}
const bounded = ({ params, bounds }: { params: Record<string, number>; bounds: Record<string, { from: number; to: number; whole: boolean }> }) =>
  Object.keys(params).sort().join() === Object.keys(bounds).sort().join()
  && Object.entries(params).every(([name, value]) => { const { from, to, whole } = bounds[name]!; return from <= value && value <= to && (!whole || Number.isInteger(value)) })
const unbounded = '每个参数都要有界限并在界限以内 / every parameter has bounds and lies within them'
const Rules = z.array(z.object({ ...card, foresee: does }).refine(bounded, unbounded)).default([])
const Patterns = z.array(z.object({ ...card, observe: does, conclude: does }).refine(bounded, unbounded)).default([])
const ModuleShape = z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, '小写字母、数字和连字符 / lower-case letters, digits and dashes'), rules: Rules, patterns: Patterns })

const unusable = (folder: string, zh: string, en: string, more: object = {}) =>
  new Unanswerable(422, 'bad-module', `模块 ${folder} 不能用：${zh}`, `The module ${folder} cannot be used: ${en}`, { module: folder, ...more })

async function loadModule(folder: string): Promise<Module> {
  const file = join(folder, 'index.js')
  if (!existsSync(file)) throw unusable(folder, '没有 index.js', 'it has no index.js')
  let brought: { default?: unknown }
  try { brought = await import(pathToFileURL(file).href) as { default?: unknown } } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw unusable(folder, `读不进来（${said}）`, `it cannot be loaded (${said})`)
  }
  const { data, error } = ModuleShape.safeParse(brought.default)
  if (error) {
    const [first] = error.issues, field = first!.path.join('.')
    throw unusable(folder, `${field || 'default'}：${first!.message}`, `${field || 'default'}: ${first!.message}`,
      { field, errors: error.issues.map(({ path, message }) => ({ field: path.join('.'), message })) })
  }
  const untried = <R>(rule: unknown) => ({ ...rule as RuleCard, version: 0 }) as R
  return { name: data.name, rules: data.rules.map((rule) => untried<Rule>(rule)), patterns: data.patterns.map((pattern) => untried<Pattern>(pattern)) }
}

const idsOf = ({ rules, patterns }: Module) => new Set([...rules, ...patterns].map(({ id }) => id))

/** 载入模块 — every folder in there, by name, `beside` those that are loaded. What cannot be used is said with its place, and nothing of the house is opened. */
export async function loadModules(dir: string, beside: readonly Module[] = []): Promise<Module[]> {
  if (!existsSync(dir)) return []
  const loaded: Module[] = [], known = new Map(catalogue.map(({ id }) => [id, '平台 / the platform']))
  for (const module of beside) for (const id of idsOf(module)) known.set(id, module.name)
  for (const name of readdirSync(dir).sort()) {
    const folder = join(dir, name)
    if (!statSync(folder).isDirectory()) continue
    const module = await loadModule(folder)
    if ([...beside, ...loaded].some((other) => other.name === module.name)) throw unusable(folder, `已有名为 ${module.name} 的模块`, `another module is called ${module.name}`, { field: 'name' })
    for (const id of idsOf(module)) {
      const taken = known.get(id)
      if (taken !== undefined) throw unusable(folder, `规则编号 ${id} 已被占用（${taken}）`, `the rule id ${id} is taken (${taken})`, { field: 'id', rule: id })
      known.set(id, module.name)
    }
    loaded.push(module)
  }
  return loaded
}

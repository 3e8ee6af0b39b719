import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isCode, sourcesIn } from './source.ts'

/** Who may import whom (architecture.md §2). The longest matching importer decides; the roots, simulations and tests may import everything. */
type Rule = { may: readonly string[]; types?: readonly string[] }
const layers: Record<string, Rule> = {
  'domain/kernel': { may: ['domain/kernel', 'zod'] },
  'domain/contexts.ts': { may: ['domain'] },
  domain: { may: ['domain/kernel', 'domain/calendar', '(own context)', 'zod'] },
  projections: { may: ['domain', 'projections', 'zod'] },
  // Of the process that records, the words of the channel to it; of a bundle, what goes into it.
  api: { may: ['domain', 'projections', 'api', 'zod', 'fastify', '@fastify', 'node:'], types: ['video/channel.ts', 'video/bundle'] },
  adapters: { may: ['domain/kernel', 'projections/kernel.ts', 'projections/read-store.ts', 'projections/due-index.ts', 'adapters', 'node:', '(any driver)'] },
  video: { may: ['domain/kernel', 'domain/evidence', 'video', 'node:', 'zod', 'node-media-server', 'sharp', 'fluent-ffmpeg', 'tar-stream'] },
  // A case is folded in the browser by the same function as in the house, so that no moment is asked for twice.
  ui: { may: ['ui', 'svelte', 'zod', 'uplot', 'hls.js', 'mpegts.js', 'bwip-js', '(schemas)', 'projections/replayed.ts'], types: ['domain', 'projections'] },
}
const builtin = new Set(builtinModules)
const under = (path: string, folder: string) => path === folder || path.startsWith(folder.endsWith(':') ? folder : `${folder}/`)
const contextOf = (path: string) => path.split('/').slice(0, 2).join('/')
const layerOf = (file: string) => Object.keys(layers).filter((layer) => under(file, layer)).sort((a, b) => b.length - a.length)[0]!

export function allows(file: string, target: string, typeOnly: boolean): boolean {
  const { may, types = [] } = layers[layerOf(file)]!
  if (typeOnly && types.some((folder) => under(target, folder))) return true
  return may.some((rule) => {
    if (rule === '(own context)') return contextOf(target) === contextOf(file) && target !== 'domain/contexts.ts'
    if (rule === '(any driver)') return !['domain', 'projections', 'api', 'ui', 'video', 'simulations', 'test'].some((folder) => under(target, folder)) && !builtin.has(target)
    if (rule === '(schemas)') return /^domain\/\w+\/events\.ts$/.test(target)
    return under(target, rule)
  })
}
const importing = /(?:^|[\n;])\s*(import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s*)?'([^']+)'|\bimport\s*\(\s*'([^']+)'|new URL\('(\.[^']+\.(?:ts|js|mjs))'/g
export const importsOf = (file: string, text: string) => [...text.matchAll(importing)].map(([, , type, from, dynamic, url]) => {
  const said = from ?? dynamic ?? url!
  return { target: said.startsWith('.') ? normalize(join(dirname(file), said)) : said, typeOnly: type !== undefined }
})

const isRoot = (file: string) => file.endsWith('/main.ts')
const sources = sourcesIn('domain', 'projections', 'api', 'adapters', 'video', 'ui').filter(isCode)

describe('层次', () => {
  it.each(sources.filter(({ file }) => !isRoot(file)))('$file imports only what its layer may', ({ file, text }) =>
    expect(importsOf(file, text).filter(({ target, typeOnly }) => !allows(file, target, typeOnly)).map(({ target }) => target)).toStrictEqual([]))
  it.each(sources)('$file names its imports by their files', ({ file, text }) => {
    for (const [, from] of text.matchAll(/\bfrom\s*'(\.[^']+)'/g)) expect(from, file).toMatch(/\.(ts|svelte|json|css)$/)
  })
})

describe('浏览器里的折叠', () => {
  /** All that comes into the browser with the fold of a case, by name: pure, without schemas, deciders or rules. What the rules found is sent, and for whom. */
  const pure = ['domain/calendar/calendar.ts', 'domain/calendar/clock.ts', 'domain/calendar/days.ts', 'domain/calendar/deadline.ts', 'domain/calendar/layers.ts', 'domain/calendar/ledger-text.ts',
    'domain/calendar/working-days.ts', 'domain/kernel/order.ts', 'domain/kernel/vocabulary.ts', 'domain/kernel/zones.ts', 'domain/supervision/delay.ts', 'domain/supervision/due.ts', 'domain/supervision/lights.ts',
    'projections/card-fold.ts', 'projections/case-clocks.ts', 'projections/case-facts.ts', 'projections/case-fold.ts', 'projections/case-parts.ts', 'projections/case-path.ts', 'projections/case-row.ts',
    'projections/case-stages.ts', 'projections/case-walk.ts', 'projections/kernel.ts', 'projections/officer-timelines.ts', 'projections/replayed.ts', 'projections/timelines/clocks.ts',
    'projections/timelines/deeds.ts', 'projections/timelines/fold.ts', 'projections/timelines/sub-cases.ts']
  const textOf = new Map(sources.map(({ file, text }) => [file, text]))
  function reached(file: string, into = new Set<string>()): Set<string> {
    if (into.has(file)) return into
    into.add(file)
    for (const { target, typeOnly } of importsOf(file, textOf.get(file) ?? '')) if (!typeOnly) reached(target, into)
    return into
  }
  it('is these files and no other', () => expect([...reached('projections/replayed.ts')].sort()).toStrictEqual(pure))
  it('and a schema, a rule or a decider among them would be seen', () =>
    expect([...reached('projections/case-view.ts')]).toEqual(expect.arrayContaining(['zod', 'domain/supervision/judge.ts', 'domain/supervision/decide/held.ts'])))
})

describe('录像不进绩效', () => {
  /** 个人信息保护法 26: pictures taken for public safety count for nothing else. Who reads footage has a name that says so; no figure, score or rule is among them. */
  const ofFootage = (target: string) => /^domain\/evidence\/|^projections\/(?:cameras|holds|footage-[\w-]+)\.ts$|^api\/footage\//.test(target)
  const mayRead = [/^domain\/evidence\//, /^domain\/contexts\.ts$/, /^projections\/(?:cameras|holds|index|footage-[\w-]+)\.ts$/, /^api\/footage\//, /^video\//, /^adapters\/evidence\//,
    /^api\/(?:cli\/evidence|opening\/(?:main|footage|evidence\/main)|main|server|openapi|problems|references|rooms|access\/owned|admin-health)\.ts$/, /^ui\/screens\//]
  const scoring = ['domain/supervision/judge.ts', 'projections/officer-timelines.ts', 'projections/department-figures.ts', 'projections/performance-score.ts', 'api/judging.ts', 'api/department.ts']
  it('nobody reads it but those who show, keep and prove it', () => expect(sources.filter(({ file, text }) => !mayRead.some((name) => name.test(file))
    && importsOf(file, text).some(({ target }) => ofFootage(target))).map(({ file }) => file)).toStrictEqual([]))
  it('no code that judges or counts people is among these', () => expect(scoring.filter((file) => mayRead.some((name) => name.test(file)))).toStrictEqual([]))
})

describe('the rule of layers catches', () => {
  it.each([
    ['domain/cases/index.ts', 'domain/items/index.ts'], ['domain/cases/index.ts', 'domain/items/events.ts'], ['domain/kernel/zones.ts', 'domain/calendar/days.ts'],
    ['domain/cases/evolve.ts', 'node:fs'], ['domain/cases/evolve.ts', 'domain/contexts.ts'], ['domain/cases/evolve.ts', 'projections/kernel.ts'],
    ['projections/cases.ts', 'adapters/book/open.ts'], ['projections/cases.ts', 'api/tell.ts'], ['projections/cases.ts', 'node:crypto'],
    ['api/tell.ts', 'adapters/book/memory.ts'], ['api/cli/import.ts', 'adapters/open.ts'], ['api/tell.ts', 'libsql'], ['api/tell.ts', 'ui/format.ts'],
    ['adapters/book/open.ts', 'domain/cases/events.ts'], ['adapters/book/open.ts', 'api/rooms.ts'], ['adapters/book/open.ts', 'projections/cases.ts'], ['adapters/book/open.ts', 'fs'],
    ['ui/App.svelte', 'domain/cases/index.ts'], ['ui/format.ts', 'node:fs'], ['ui/format.ts', 'api/problems.ts'], ['ui/format.ts', 'adapters/clock.ts'],
    ['ui/verdict.ts', 'domain/supervision/judge.ts'],
  ])('%s importing %s', (file, target) => expect(allows(file, target, false)).toBe(false))
  it('an import in every way of writing one', () => {
    const text = "import 'a'\nimport { b } from 'b'\nimport type { c } from 'c'\nexport * from 'd'\nimport {\n  e,\n} from 'e'\nconst f = await import('f')\nnew URL('./g.ts', import.meta.url)\n"
    expect(importsOf('x/y.ts', text).map(({ target }) => target).sort()).toStrictEqual(['a', 'b', 'c', 'd', 'e', 'f', 'x/g.ts'])
  })
  it('but lets a context use the calendar, and a screen name a type', () => {
    expect(allows('domain/supervision/due.ts', 'domain/calendar/deadline.ts', false)).toBe(true)
    expect(allows('ui/verdict.ts', 'projections/views.ts', true)).toBe(true)
    expect(allows('ui/keys.ts', 'domain/cases/events.ts', false)).toBe(true)
  })
})

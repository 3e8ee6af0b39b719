import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { contexts } from '../../domain/contexts.ts'
import { sourcesIn } from './source.ts'

/** Who is reckoned with, and what is aimed at; each is shown, or said not to be in this version. */
const actors = ['Window clerk, approver', 'Department head', 'Inspector', 'Hall monitor', 'System administrator with the disk', 'Security, system or audit administrator', 'Citizen', 'Anonymous',
  'Exchange peer', 'Camera, publisher', 'Thief of disk or backup', 'Time']
const goals = [...Array.from({ length: 14 }, (_, i) => `R${i + 1}`).filter((goal) => goal !== 'R9'), ...Array.from({ length: 15 }, (_, i) => `S${i + 1}`)]

type Row = string[]
/** The rows of the table under a heading. */
const tableUnder = (text: string, heading: string): Row[] => (text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '').split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| # \||^\|-/.test(line)).map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()))
const namedIn = (cell: string) => [...cell.matchAll(/`([^`]+?\.ts)::([^`]+)`/g)].map(([, file, title]) => ({ file: file!, title: title! }))

const rootOf = (node: ts.Expression): { name: string; words: string[] } => {
  if (ts.isIdentifier(node)) return { name: node.text, words: [] }
  if (ts.isPropertyAccessExpression(node)) { const { name, words } = rootOf(node.expression); return { name, words: [...words, node.name.text] } }
  if (ts.isCallExpression(node)) return rootOf(node.expression)
  if (ts.isTaggedTemplateExpression(node)) return rootOf(node.tag)
  return { name: '', words: [] }
}
const titleOf = (node: ts.Expression | undefined) => node && (ts.isStringLiteralLike(node) ? node.text : ts.isTemplateExpression(node) ? node.getText().slice(1, -1) : undefined)
/** The tests of a file by title, and which of them never run: left out by themselves, or with all that they stand in. */
export function testsIn(text: string): Map<string, 'runs' | 'skipped'> {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true), found = new Map<string, 'runs' | 'skipped'>()
  const visit = (node: ts.Node, out: boolean) => {
    let within = out
    if (ts.isCallExpression(node)) {
      const { name, words } = rootOf(node.expression), title = titleOf(node.arguments[0])
      const left = words.some((word) => ['skip', 'todo', 'fails'].includes(word))
      if (['it', 'test'].includes(name) && title !== undefined) found.set(title, out || left ? 'skipped' : 'runs')
      if (name === 'describe' && title !== undefined) within = out || left
    }
    ts.forEachChild(node, (child) => visit(child, within))
  }
  visit(source, false)
  return found
}
/** What is wrong with a reference, in words; nothing where the test is there and runs. */
function wrongWith(file: string, title: string, read: (file: string) => string | undefined): string | undefined {
  const text = read(file)
  if (text === undefined) return `${file} is not there`
  if (!/\.test\.ts$/.test(file) && !isRunSpec(file, read)) return `${file} is no file of tests`
  const state = testsIn(text).get(title)
  return state === 'runs' ? undefined : `${file}::${title} ${state === undefined ? 'is not there' : 'is skipped'}`
}
/** Specs run within uniform.test.ts: those of a context, and those that it brings in. */
function isRunSpec(file: string, read: (file: string) => string | undefined): boolean {
  const name = /^test\/domain\/([\w-]+)\.specs\.ts$/.exec(file)?.[1]
  if (name === undefined) return false
  if (contexts.some((context) => context.name === name)) return true
  return contexts.some((context) => {
    const [, parts = ''] = /^for \(const part of \[([^\]]*)\]\) await import\(`\.\/(?:\w+)-\$\{part\}\.specs\.ts`\)$/m.exec(read(`test/domain/${context.name}.specs.ts`) ?? '') ?? []
    return [...parts.matchAll(/'([\w-]+)'/g)].some(([, part]) => name === `${context.name}-${part!}`)
  })
}
const read = (file: string) => existsSync(file) ? readFileSync(file, 'utf8') : undefined
const security = readFileSync('SECURITY.md', 'utf8'), threats = tableUnder(security, '威胁'), aims = tableUnder(security, '目标'), absent = tableUnder(security, '本版没有')

describe('威胁', () => {
  it.each([...threats, ...aims].map((row) => [row[0]!, row] as const))('%s is shown by tests that are there and run', (_, row) => {
    const named = namedIn(row.at(-1)!)
    expect(row.at(-1)!.replace(/`[^`]+`/g, '').trim(), 'nothing but tests stands there').toBe('')
    expect(named.length).toBeGreaterThan(0)
    expect(named.map(({ file, title }) => wrongWith(file, title, read)).filter((wrong) => wrong !== undefined)).toStrictEqual([])
  })
  it('every actor of the model has a line, and no line two numbers', () => {
    const known = [...threats.map(([, actor]) => actor), ...absent.map(([what]) => what)]
    expect(actors.filter((actor) => !known.includes(actor))).toStrictEqual([])
    const numbers = [...threats, ...aims, ...absent].map(([number]) => number)
    expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toStrictEqual([])
  })
  it('every goal is shown, or said not to be in this version', () => {
    const shown = aims.map(([number]) => number), not = absent.map(([number]) => number)
    expect(goals.filter((goal) => !shown.includes(goal) && !not.includes(goal))).toStrictEqual([])
    expect(goals.filter((goal) => shown.includes(goal) && not.includes(goal))).toStrictEqual([])
  })
  it('of what is not in this version nothing is claimed', () => {
    expect(absent.length).toBeGreaterThan(0)
    for (const row of absent) { expect(row.length).toBe(2); expect(row.join(' ')).not.toMatch(/::|guarantee|`/) }
  })
})

describe('the check of threats catches', () => {
  const text = 'describe(\'d\', () => { it(\'runs\', () => {}); it.each([1])(\'each %i\', () => {}); it.skip(\'left out\', () => {}); it.runIf(true)(\'here\', () => {}) })\n'
    + `describe.skip('gone', () => { it('within', () => {}) })\nit.todo('later')\nit(\`of $\{n}\`, () => {})\nconst it2 = 'spelt'`
  const files: Record<string, string> = { 'test/a.test.ts': text, 'api/a.ts': text, 'test/domain/cases.specs.ts': `\nfor (const part of ['less', 'more']) await import(\`./cases-$\{part}.specs.ts\`)\n`, 'test/domain/cases-more.specs.ts': text, 'test/domain/stray.specs.ts': text }
  const wrong = (file: string, title: string) => wrongWith(file, title, (name) => files[name])
  it.each(['runs', 'each %i', 'here', `of $\{n}`])('nothing wrong with %j', (title) => {
    expect(wrong('test/a.test.ts', title)).toBeUndefined()
    expect(wrong('test/domain/cases-more.specs.ts', title)).toBeUndefined()
  })
  it.each(['left out', 'within', 'later'])('%j, which is skipped', (title) => expect(wrong('test/a.test.ts', title)).toMatch(/is skipped/))
  it.each(['spelt', 'run', 'd', 'gone'])('%j, which is no test', (title) => expect(wrong('test/a.test.ts', title)).toMatch(/is not there/))
  it.each(['test/b.test.ts', 'api/a.ts', 'test/domain/stray.specs.ts'])('%s, which runs nothing', (file) => expect(wrong(file, 'runs')).toMatch(/not there|no file of tests/))
  it('a row without a test', () => expect(namedIn(tableUnder('## 威胁\n| # | a |\n|---|---|\n| W1 | none yet |\n', '威胁')[0]!.at(-1)!)).toStrictEqual([]))
})

describe('秘密', () => {
  // Put together here, so that this file does not find itself.
  const patterns = [`-----BEGIN ${'[A-Z ]*'}PRIVATE KEY-----\\s+[A-Za-z0-9+/]{20}`, 'AKIA[0-9A-Z]{16}\\b', 'gh[pousr]_[A-Za-z0-9]{36}', 'xox[abpr]-[A-Za-z0-9-]{20}', 'npm_[A-Za-z0-9]{36}', '\\bsk-[A-Za-z0-9]{32}',
    'eyJ[A-Za-z0-9_-]{20,}\\.eyJ[A-Za-z0-9_-]{20,}\\.[A-Za-z0-9_-]{20,}', '"d"\\s*:\\s*"[A-Za-z0-9_-]{40,}"'].map((pattern) => new RegExp(pattern))
  const secretsIn = (text: string) => patterns.filter((pattern) => pattern.test(text)).map(({ source }) => source)
  const tracked = (): string[] => {
    try { return execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] }).split('\0').filter((file) => file !== '') } catch {
      return sourcesIn('.').map(({ file }) => file) // not a repository: what was unpacked
    }
  }
  it('no tracked file holds a private key or a token', () => {
    const files = tracked().filter((file) => existsSync(file))
    expect(files.length).toBeGreaterThan(100)
    expect(files.flatMap((file) => secretsIn(readFileSync(file, 'latin1')).map((pattern) => `${file}: ${pattern}`))).toStrictEqual([])
  })
  it('no file of keys, data or environment is tracked', () => expect(tracked().filter((file) => /(^|\/)(\.env(\..*)?|.*\.(key|pem|p12|pfx)|keys\.db|credentials\.db|oidc(-clients)?\.json)$/.test(file))).toStrictEqual([]))
  it('finds what is planted', () => {
    const planted = [`-----BEGIN EC ${'PRIVATE'} KEY-----\n${'M'.repeat(40)}`, `AKIA${'Z'.repeat(16)}`, `ghp_${'a'.repeat(36)}`, `npm_${'a'.repeat(36)}`, `{"kty":"EC","d" : "${'x'.repeat(43)}"}`, ['eyJ' + 'a'.repeat(24), 'eyJ' + 'b'.repeat(24), 'c'.repeat(24)].join('.')]
    for (const text of planted) expect(secretsIn(`const x = '${text}'`), text).toHaveLength(1)
    for (const text of ['a private key is made', 'ghp_short', '"d":"2026-01-01"']) expect(secretsIn(text)).toStrictEqual([])
  })
})

describe('依赖', () => {
  const audited = (answer: string) => { const { status, stdout } = spawnSync(process.execPath, ['.ci/audit.mjs'], { input: answer, encoding: 'utf8' }); return [status, stdout.trim()] }
  const answer = (high: number, critical = 0) => JSON.stringify({ vulnerabilities: { bad: { severity: critical ? 'critical' : 'high' } }, metadata: { vulnerabilities: { low: 2, high, critical, total: 2 + high + critical } } })
  it('findings end the run; a registry that does not answer is said to be just that', () => {
    expect(audited(answer(0))[0]).toBe(0)
    expect(audited(answer(1))).toStrictEqual([1, expect.stringMatching(/1 high.*high bad/s)])
    expect(audited(answer(0, 1))[0]).toBe(1)
    for (const none of ['', '{', '{"message":"405 Method Not Allowed","error":{"summary":""}}']) expect(audited(none), none).toStrictEqual([0, expect.stringMatching(/could not be asked/)])
  })
  it('is asked in every run', () => expect(readFileSync('.ci/run', 'utf8')).toMatch(/^\(npm audit --json --omit=dev .*\| node \.ci\/audit\.mjs$/m))
  it('every package is pinned to one version, with its hash', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { integrity?: string; link?: boolean }> }
    expect(Object.entries(packages).filter(([path, { integrity, link }]) => path !== '' && !link && !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toStrictEqual([])
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>
    expect(Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toStrictEqual([])
  })
})

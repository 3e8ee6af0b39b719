import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const most = 200_000
type Chunk = { file: string; isEntry?: boolean; imports?: string[]; css?: string[] }
/** What each place is made of, as the table of places says it. */
const places = [...readFileSync(join(root, 'ui/places.ts'), 'utf8').matchAll(/name: '(\w+)'.*?import\('\.\/([^']+)'\)/g)].map(([, name = '', source = '']) => ({ name, source }))

describe('重量 — what comes over the line before a place can be seen', () => {
  let dir = '', manifest: Record<string, Chunk>
  const weights: Record<string, number> = {}
  /** Of a file and all that it cannot begin without. */
  const filesOf = (source: string, found = new Set<string>(), seen = new Set<string>()): Set<string> => {
    const chunk = manifest[source]
    if (!chunk || seen.has(source)) return found
    seen.add(source)
    for (const file of [chunk.file, ...chunk.css ?? []]) found.add(file)
    for (const needed of chunk.imports ?? []) filesOf(needed, found, seen)
    return found
  }
  const weigh = (file: string) => gzipSync(readFileSync(join(dir, file))).length
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'mingjian-weight-'))
    execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--outDir', dir, '--emptyOutDir', '--logLevel', 'error'], { cwd: root, stdio: 'pipe' })
    manifest = JSON.parse(readFileSync(join(dir, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
  }, 360_000)
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true })
    process.stderr.write(`kB gzipped: ${Object.entries(weights).map(([name, bytes]) => `${name} ${(bytes / 1000).toFixed(1)}`).join(', ')}\n`)
  })

  it('the table of places is read whole', () => expect(places.map(({ name }) => name)).toEqual(expect.arrayContaining(['cases', 'case', 'me', 'help', 'door'])))
  it.each(places)('$name', ({ name, source }) => {
    const entry = Object.keys(manifest).find((key) => manifest[key]!.isEntry)!
    expect(manifest[source]).toBeDefined()
    const files = new Set([...filesOf(entry), ...filesOf(source)])
    weights[name] = weigh('index.html') + [...files].reduce((sum, file) => sum + weigh(file), 0)
    expect(weights[name]).toBeLessThanOrEqual(most)
    // A sum that has lost its parts would always be small enough: the page, the frame, the runtime and the styles are in it.
    expect(files.size).toBeGreaterThanOrEqual(3)
    expect(weights[name]).toBeGreaterThan(20_000)
  })
})

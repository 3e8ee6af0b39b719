import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = new URL('.', import.meta.url).pathname

/** What takes long begins first, so that no worker is left with it at the end; a fresh clone remembers no durations to go by. Files that share a process stand together. */
const longest = ['/test/e2e/', '/test/cli/', '/test/api/control', '/test/simulations/', '/test/video/', '/test/adapters/', '/test/api/', '']
const rankOf = ({ moduleId, project }: TestSpecification) => longest.findIndex((folder) => moduleId.includes(folder)) + (project.config.isolate ? 0 : longest.length)
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b))
  }
}

const server = /^(domain|projections|adapters|api|video|simulations)\//
/** 编译好的 — `npm test` has just compiled the server: tests load it as it is, as its threads and processes do, instead of having each file of it translated again for every file of
    tests. Whoever runs vitest by hand gets the sources as they are now. */
const compiled = {
  name: 'compiled',
  enforce: 'pre' as const,
  resolveId(id: string, importer?: string) {
    if (!importer || !id.startsWith('.') || !id.endsWith('.ts') || importer.startsWith(join(root, 'ui'))) return
    const path = resolve(dirname(importer), id).slice(root.length), built = join(root, 'dist', path.replace(/\.ts$/, '.js'))
    return server.test(path) && existsSync(built) ? { id: built, external: true } : undefined
  },
}

/** Pictures that have to come twenty-five times a second, turns that are timed, servers that are killed in the middle of things: whatever else runs gives way to them. */
const timed = ['test/video/**/*.test.ts', 'test/e2e/video*.e2e.test.ts', 'test/simulations/{camera*,live}.test.ts', 'test/api/{footage-live,replaying-turns,clock,control}.test.ts']
/** They leave nothing behind in their process: each file finds there what the one before it has loaded. Not so a file within which all specs run: they tell it alone what they show. */
const sharing = ['test/{api,domain,kernel,projections}/**/!(backdating).test.ts']
// Killing processes takes its time: CI does it beside the power cuts (.ci/run), and whoever says KILLS.
const left = process.env['KILLS'] ? [] : ['test/cli/kill.test.ts', 'test/adapters/projector-kill.test.ts']

/** Tests see the whole house; `vite.config.ts` is for the pages alone. */
export default defineConfig({
  root,
  cacheDir: 'node_modules/.vite',
  plugins: [...process.env['COMPILED'] ? [compiled] : [], svelte({ configFile: false, compilerOptions: { runes: true } })],
  test: {
    projects: [
      { extends: true, test: { name: 'timed', include: timed, exclude: left } },
      { extends: true, test: { name: 'house', include: ['test/**/*.test.ts'], exclude: [...timed, ...sharing, ...left], setupFiles: ['./test/patience.ts', './test/behind.ts'] } },
      { extends: true, test: { name: 'sharing', include: sharing, exclude: timed, isolate: false, setupFiles: ['./test/patience.ts', './test/behind.ts'] } },
    ],
    reporters: ['default', './test/reporter.ts'],
    // The built program is loaded as it is.
    server: { deps: { external: [/\/dist\//] } },
    globalSetup: './test/once-cleared.ts',
    pool: 'forks',
    // One more than the smallest machine has cores: browsers, disks and clocks are waited for. Young objects get room, or they are copied twice.
    maxWorkers: Math.max(3, availableParallelism()),
    execArgv: ['--max-semi-space-size=64'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
})

import { availableParallelism } from 'node:os'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes long begins first, so that no worker is left with it at the end; a fresh clone remembers no durations to go by. */
const longest = ['/test/e2e/', '/test/cli/', '/test/simulations/', '/test/video/', '/test/adapters/', '/test/api/', '']
const rankOf = ({ moduleId }: TestSpecification) => longest.findIndex((folder) => moduleId.includes(folder))
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b))
  }
}

/** Tests see the whole house; `vite.config.ts` is for the pages alone. */
export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  cacheDir: 'node_modules/.vite',
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.e2e.test.ts'],
    // Killing processes takes its time: CI does it beside the power cuts (.ci/run), and whoever says KILLS.
    exclude: process.env['KILLS'] ? [] : ['test/cli/kill.test.ts', 'test/adapters/projector-kill.test.ts'],
    reporters: ['default', './test/reporter.ts'],
    // The built program is loaded as it is.
    server: { deps: { external: [/\/dist\//] } },
    globalSetup: './test/once-cleared.ts',
    pool: 'forks',
    // One more than the smallest machine has cores: browsers, disks and clocks are waited for. Young objects get room, or they are copied twice.
    maxWorkers: Math.max(3, availableParallelism()),
    execArgv: ['--max-semi-space-size=64'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

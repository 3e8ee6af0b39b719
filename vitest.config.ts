import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

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
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

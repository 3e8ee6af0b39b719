import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

/** The pages are served by the platform itself, under a policy that allows nothing inline: no data: URLs, no inline style. */
export default defineConfig({
  root: new URL('./ui', import.meta.url).pathname,
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true, css: 'external', modernAst: true } })],
  build: {
    outDir: new URL('./dist/ui', import.meta.url).pathname, emptyOutDir: true,
    manifest: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2022', reportCompressedSize: true,
  },
  server: { proxy: { '/api': { target: process.env['MINGJIAN'] ?? 'http://127.0.0.1:8080', ws: true }, '/health': process.env['MINGJIAN'] ?? 'http://127.0.0.1:8080' } },
})

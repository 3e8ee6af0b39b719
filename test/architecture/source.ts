import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Source = { file: string; text: string }
const leftOut = new Set(['node_modules', 'dist', 'data', 'demo-data', '.git', '.vite', 'shots'])

const filesIn = (dir: string): string[] => existsSync(dir) ? readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
  leftOut.has(entry.name) ? [] : entry.isDirectory() ? filesIn(join(dir, entry.name)) : [join(dir, entry.name)]) : []

/** Every file of these folders that somebody has written, by path from the root of the repository. */
export const sourcesIn = (...folders: string[]): Source[] =>
  folders.flatMap(filesIn).sort().map((file) => ({ file, text: readFileSync(file, 'utf8') }))
export const isCode = ({ file }: Source) => /\.(ts|mjs|js|svelte)$/.test(file)

/** Code without its comments and the insides of its texts, line for line as it was; for questions about what it does. */
export function bare(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, (found, at: number) => {
    if (found.startsWith('//') && text[at - 1] === ':') return found // an address in a template
    return found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : `${found[0]}${' '.repeat(found.length - 2)}${found[0]}`
  })
}

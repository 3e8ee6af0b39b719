import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contexts } from '../../domain/contexts.ts'
import { roles } from '../../domain/kernel/context.ts'
import { isCode, sourcesIn } from './source.ts'

const rows = readFileSync('domain/GLOSSARY.md', 'utf8').split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| 中文'))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()) as [zh: string, identifiers: string, meaning: string])
const explained = rows.flatMap(([zh, identifiers]) => [...identifiers.matchAll(/`([^`]+)`/g)].map(([, identifier]) => ({ zh, identifier: identifier! })))
const code = sourcesIn('domain', 'projections').filter(isCode).map(({ text }) => text).join('\n')
const words = new Set(code.match(/[A-Za-z][\w-]*/g))

describe('术语表', () => {
  it.each(explained)('$zh `$identifier` occurs in the code', ({ zh, identifier }) => {
    expect(zh).toMatch(/^[\p{Script=Han}、]+$/u)
    expect(words).toContain(identifier)
  })
  it('explains every fact, command, role and context', () => {
    const named = contexts.flatMap(({ name, events, commands }) => [name, ...Object.keys(events), ...Object.keys(commands)])
    expect(explained.map(({ identifier }) => identifier)).toEqual(expect.arrayContaining([...named, ...roles]))
  })
  it('explains nothing twice', () => {
    const identifiers = explained.map(({ identifier }) => identifier)
    expect(identifiers.filter((identifier, i) => identifiers.indexOf(identifier) !== i)).toStrictEqual([])
  })
  it('a fact or command has a Chinese word of its own in its table, and a context the one that it calls itself', () => {
    for (const { name, zh } of contexts) expect(explained).toContainEqual({ zh, identifier: name })
  })
})

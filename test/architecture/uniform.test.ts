import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { refusals } from '../../api/problems.ts'
import { contexts } from '../../domain/contexts.ts'
import { roles } from '../../domain/kernel/context.ts'
import { read } from '../../domain/kernel/events.ts'
import { shown } from '../kernel/spec.ts'

/** The runner's own refusals: no decider says them, so its own specs show them. */
const ofTheRunner = ['not-an-id', 'clock-unconfirmed']
const runnerSpecs = readFileSync('test/api/tell.test.ts', 'utf8')

// The specs run inside this file, so that all they have shown is known when the tests below ask.
for (const { name } of contexts) await import(`../domain/${name}.specs.ts`)

const fixtures = 'test/fixtures/events'
const folders = readdirSync('domain', { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'kernel').map(({ name }) => name)
const events = contexts.flatMap((context) => Object.entries(context.events).map(([type, event]) => ({ type, event, context })))
const commands = contexts.flatMap((context) => Object.entries(context.commands).map(([type, command]) => ({ type, command, context })))

describe('齐全', () => {
  it('every folder is a context, and every context has a folder', () => expect(contexts.map(({ name }) => name).sort()).toStrictEqual(folders.sort()))
  it.each(contexts)('$name has a name of one word, a Chinese one, and says what it is for', ({ name, zh }) => {
    expect(name).toMatch(/^[a-z]+$/)
    expect(zh).toMatch(/^\p{Script=Han}+$/u)
    const readme = readFileSync(`domain/${name}/README.md`, 'utf8')
    for (const part of ['## Status', '## Goals', '## Non-goals', '## How it works']) expect(readme).toContain(part)
  })
  it('no two events share a name, nor two commands', () => {
    expect(new Set(events.map(({ type }) => type)).size).toBe(events.length)
    expect(new Set(commands.map(({ type }) => type)).size).toBe(commands.length)
  })
  it.each(contexts)('$name: every command is granted to somebody and answered by one decider', ({ commands, grants, deciders }) => {
    const answered = Object.values(deciders).flatMap(({ needs }) => Object.keys(needs))
    expect(answered.sort()).toStrictEqual(Object.keys(commands).sort())
    expect(Object.keys(grants).sort()).toStrictEqual(Object.keys(commands).sort())
    for (const granted of Object.values(grants)) {
      expect(granted.length).toBeGreaterThan(0)
      expect(new Set(granted).size).toBe(granted.length)
      for (const role of granted) expect(roles).toContain(role)
    }
  })
})

describe('事实', () => {
  it.each(events)('$type is emitted by some spec', ({ type }) => expect(shown.emitted).toContain(type))
  it.each(events)('$type is written as noun and past participle', ({ type }) => expect(type).toMatch(/^([A-Z][a-z]+)+(ed|Bound|Given|Sent|Set|Upheld|Withdrawn)(Back|Up)?$/))
  it.each(events)('$type knows no field that it does not name', ({ event }) =>
    expect(event.schema.safeParse({ '？': 1 }).error?.issues).toContainEqual(expect.objectContaining({ code: 'unrecognized_keys' })))
  it.each(events)('$type still reads every shape that it ever had', ({ type, event, context }) => {
    const older = readdirSync(fixtures).filter((file) => new RegExp(`^${type}\\.v\\d+\\.json$`).test(file)).sort()
    expect(older).toStrictEqual(event.upcasts.map((_, i) => `${type}.v${i + 1}.json`))
    older.forEach((file, i) => read(context.events, { type, data: JSON.parse(readFileSync(`${fixtures}/${file}`, 'utf8')) }, i + 1))
  })
  // A shape changes on purpose or not at all: RECORD_SHAPES=1 writes down what it is now, and the difference is reviewed.
  it.each(events)('$type has the shape that is on record', ({ type, event }) => {
    const file = `${fixtures}/${type}.schema.json`
    const shape = `${JSON.stringify({ version: event.version, ...z.toJSONSchema(event.schema, { io: 'input' }) }, null, 2)}\n`
    if (process.env['RECORD_SHAPES']) writeFileSync(file, shape)
    expect(existsSync(file), `${file}: run with RECORD_SHAPES=1 and look at the difference`).toBe(true)
    expect(shape).toBe(readFileSync(file, 'utf8'))
  })
  it('no shape is on record of an event that is gone', () => {
    const types = events.map(({ type }) => type)
    for (const file of readdirSync(fixtures)) expect(types).toContain(file.slice(0, file.indexOf('.')))
  })
})

describe('命令', () => {
  it.each(commands)('$type is answered with facts in some spec', ({ type, context }) => expect(shown.answered).toContain(`${context.name} ${type}`))
  it.each(commands)('$type is written as verb and noun', ({ type }) => expect(type).toMatch(/^([A-Z][a-z]+)+$/))
  it.each(commands)('$type knows no field that it does not name', ({ command }) =>
    expect(command.safeParse({ '？': 1 }).error?.issues).toContainEqual(expect.objectContaining({ code: 'unrecognized_keys' })))
})

describe('拒绝', () => {
  it.each(Object.entries(refusals))('%s is worded in Chinese and English, and specified', (code, { zh, en, status }) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/)
    expect(zh).toMatch(/\p{Script=Han}/u)
    expect(zh).not.toMatch(/[a-z]/i)
    expect(en).toMatch(/^[A-Z][\x20-\x7e]{5,}[^.]$/)
    expect([409, 422]).toContain(status)
    if (ofTheRunner.includes(code)) expect(runnerSpecs).toContain(`{ refused: '${code}' }`)
    else expect(shown.refused).toContain(code)
  })
  it.each(ofTheRunner)('%s is the runner’s, and no decider says it too', (code) => {
    expect(Object.keys(refusals)).toContain(code)
    expect([...shown.refused]).not.toContain(code)
  })
  it('every refusal of a spec is worded', () => expect(Object.keys(refusals)).toEqual(expect.arrayContaining([...shown.refused])))
  it('no two refusals say the same', () => {
    const said = Object.entries(refusals).filter(([code]) => !['no-such-zone', 'unknown-zone'].includes(code)).map(([, { en }]) => en)
    expect(new Set(said).size).toBe(said.length)
  })
})

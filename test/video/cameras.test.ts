import { describe, expect, it } from 'vitest'
import { camerasOf } from '../../video/cameras.ts'
import type { CameraSaid } from '../../video/channel.ts'
import type { Sink } from '../../video/sample.ts'
import { configOf, picture } from './spelled.ts'

const said = (more: Partial<CameraSaid> = {}): CameraSaid => ({ camera: 'w1', source: { kind: 'rtmp', keyHash: 'a' }, segmentSeconds: 10, record: true, ...more })
/** Recorders that take a while to seal what is open, and say how many of a camera there are at once. */
function slow() {
  const open = new Map<string, number>(), closedFor: (string | undefined)[] = [], started: string[] = []
  let most = 0
  const cameras = camerasOf({
    sourceOf: (camera) => ({ start: () => { started.push(camera) }, stop: async () => undefined }),
    recorderOf({ camera }) {
      open.set(camera, (open.get(camera) ?? 0) + 1)
      most = Math.max(most, open.get(camera)!)
      return { config: () => undefined, sample: () => undefined, ended: () => undefined, refused: () => undefined, tick: () => undefined, flush: () => undefined,
        async close(cause) { closedFor.push(cause); await new Promise((done) => setTimeout(done, 30)); open.set(camera, open.get(camera)! - 1) } }
    },
    tell: () => undefined, nowMs: () => performance.now(), wallMs: () => Date.now(),
  })
  return { cameras, closedFor, open: () => open.get('w1') ?? 0, most: () => most, started }
}

describe('各机位', () => {
  it('a register that changes twice at once: a camera never has two recorders', async () => {
    const { cameras, most, open } = slow()
    await cameras.configure([said()])
    await Promise.all([cameras.configure([said({ segmentSeconds: 5 })]), cameras.configure([said({ segmentSeconds: 6 })])])
    expect([most(), open()]).toStrictEqual([1, 1])
  })
  it('what was taken out while an earlier change was under way stays out', async () => {
    const { cameras, open } = slow()
    await cameras.configure([said()])
    await Promise.all([cameras.configure([said({ segmentSeconds: 5 })]), cameras.configure([])])
    expect([cameras.states(), open()]).toStrictEqual([[], 0])
  })
  it('after the end nothing begins', async () => {
    const { cameras, open } = slow()
    await cameras.configure([said()])
    await Promise.all([cameras.configure([said({ segmentSeconds: 5 })]), cameras.close()])
    expect([cameras.states(), open()]).toStrictEqual([[], 0])
  })
  it('one that is changed while it shows its picture is missed three seconds later where none comes, and so is one that a process before this one recorded; a new one is not', async () => {
    let now = 10_000
    const sinks = new Map<string, Sink>(), cameras = camerasOf({
      sourceOf: (camera) => ({ start: (sink) => { sinks.set(camera, sink) }, stop: async () => undefined }),
      recorderOf: () => ({ config: () => undefined, sample: () => undefined, ended: () => undefined, refused: () => undefined, tick: () => undefined, flush: () => undefined, close: async () => undefined }),
      tell: () => undefined, nowMs: () => now, wallMs: () => now, heardMs: (camera) => camera === 'w2' ? 4000 : undefined,
    })
    const states = () => Object.fromEntries(cameras.states().map(({ camera, state, sinceMs }) => [camera, `${state} ${sinceMs}`]))
    await cameras.configure([said(), said({ camera: 'w2' }), said({ camera: 'w3' })])
    sinks.get('w1')!.config(configOf())
    sinks.get('w1')!.sample(picture(0, true, now))
    expect(states()).toMatchObject({ w1: 'live 10000' })
    now = 11_000
    await cameras.configure([said({ segmentSeconds: 5 }), said({ camera: 'w2' }), said({ camera: 'w3' })])
    expect(states()).toMatchObject({ w1: expect.stringMatching(/^off/), w2: expect.stringMatching(/^off/) })
    now = 14_100
    expect(states()).toMatchObject({ w1: 'silent 10000', w2: 'silent 4000', w3: expect.stringMatching(/^off/) })
  })
  it('a camera that is not recorded for want of room is closed for that, and for nothing else', async () => {
    const { cameras, closedFor } = slow()
    await cameras.configure([said()])
    await cameras.configure([said({ record: false })])
    await cameras.configure([said()])
    await cameras.configure([])
    expect(closedFor).toStrictEqual(['disk', undefined])
  })
})

import { hash } from 'node:crypto'
import { appendFileSync, readFileSync } from 'node:fs'
import type { Told } from '../../domain/kernel/events.ts'
import type { Instant, Sealed } from '../../domain/kernel/values.ts'

/** 故事 — what a lane tells follows from its name and the number of the fact alone: whoever knows how far it came knows all of it. */
export const plainOf = (stream: string, n: number) => `${stream} 第 ${n} 条：建始县业州镇 ${'申请人'.repeat(n % 5)}`
/** A new person every fourth fact, so that keys are made all the time. */
export const subjectOf = (stream: string, n: number) => `${stream}/${Math.floor(n / 4)}`
export const idOf = (stream: string, n: number) => hash('sha256', `${stream} ${n}`, 'hex').slice(0, 32)
/** The n-th fact of a stream, from 1. */
export const factOf = (stream: string, n: number, sealed?: Sealed): Told => ({
  type: 'NoteTold', data: { n, ...(sealed && { sealed }) },
  meta: { id: idOf(stream, n), version: 1, recordedAt: '2026-03-02T02:00:00.000Z' as Instant, region: '422822', cause: `c-${n}`,
    actor: { person: 'li-min', role: 'window-clerk', department: 'hall' } },
})

/** What a process under test says about itself: `tried` before it asks, `told` after it was answered, `signed` after a head was. */
export type Mark = { tried: [stream: string, n: number] } | { told: [stream: string, n: number, position: number] } | { signed: number } | { refused: string } | { open: true } | { note: string }

/** A mark between the recorder's own records: one write at the end of the same file, so that what was on disk before it stands before it. */
export function marker(log: string | undefined): (mark: Mark) => void {
  if (log === undefined) return () => undefined
  return (mark) => {
    const text = Buffer.from(JSON.stringify(mark)), head = Buffer.alloc(32)
    head.writeUInt32LE(11, 0)
    head.writeUInt32LE(text.length, 12)
    appendFileSync(log, Buffer.concat([head, text]))
  }
}

/** How far the lanes have come, by what they were answered. */
export type Course = { lanes: Record<string, { tried: number; told: number[] }>; signed: number }
export const emptyCourse = (): Course => ({ lanes: {}, signed: 0 })
/** Added to the course; a contradiction in the answers themselves is an error. */
export function follow(course: Course, mark: Mark): void {
  if ('signed' in mark) course.signed = Math.max(course.signed, mark.signed)
  if ('tried' in mark) {
    const [stream, n] = mark.tried, lane = course.lanes[stream] ??= { tried: 0, told: [] }
    lane.tried = Math.max(lane.tried, n)
  }
  if (!('told' in mark)) return
  const [stream, n, position] = mark.told, { told } = course.lanes[stream]!
  if (told[n - 1] !== undefined && told[n - 1] !== position) throw new Error(`${stream} ${n} was answered with ${told[n - 1]} and with ${position}`)
  told[n - 1] = position
}
export const courseIn = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Course

import type { FootageEvent } from '../domain/evidence/footage.ts'

/** 时段 — the UTC hour of an instant, `yyyymmddHH`: the last part of the stream's name that its facts stand on. */
export const hourOf = (ms: number): string => new Date(ms).toISOString().replace(/\D/g, '').slice(0, 10)

/** The hour in which what a fact tells of begins. */
export function hourOfEvent({ type, data }: FootageEvent): string | undefined {
  if (type === 'SegmentsSealed') return hourOf(data.segments[0]!.startMs)
  if (type === 'GapDetected' || type === 'GapClosed') return hourOf(data.fromMs)
  return type === 'CameraClockStepped' || type === 'StreamRefused' ? hourOf(data.atMs) : undefined
}

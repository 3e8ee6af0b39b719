import { chanceFrom } from '../../oracles/files.ts'
import { configOf, picture } from '../../video/spelled.ts'
import { ms, percentiles } from '../figures.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { frameMs, groupFrames } from '../video/clip.ts'
import { filmed, monotonicFromMs, wallFromMs } from '../video/filmed.ts'

const jitterMs = 120, groupMs = frameMs * groupFrames
type Shot = { takenMs: number; arrivalMs: number; key: boolean }
const wallOf = (monotonicMs: number) => monotonicMs - monotonicFromMs + wallFromMs

/** A camera whose pictures are each late by 0 to 120 ms on the way, in order. `silences`: after so many seconds nothing is taken for so long. */
function shotsOf(seconds: number, seed: number, silences: readonly { afterS: number; lastsMs: number }[] = []) {
  const chance = chanceFrom(seed), shots: Shot[] = [], silent: { fromMs: number; toMs: number }[] = []
  let takenMs = monotonicFromMs + chance() * 1000, arrivedMs = 0, count = 0
  for (const { afterS, lastsMs } of [...silences, { afterS: seconds, lastsMs: 0 }]) {
    for (const until = takenMs + afterS * 1000; takenMs < until; takenMs += frameMs) {
      arrivedMs = Math.max(arrivedMs + 0.5, takenMs + chance() * jitterMs)
      shots.push({ takenMs, arrivalMs: arrivedMs, key: count++ % groupFrames === 0 })
    }
    if (lastsMs > 0) silent.push({ fromMs: takenMs, toMs: takenMs += lastsMs })
    count = 0
  }
  return { shots, silent }
}
const samplesOf = (shots: readonly Shot[]) => shots.map(({ takenMs, arrivalMs, key }) => picture(Math.round(takenMs), key, arrivalMs, { bytes: 60 }))

/** 起始时刻 — what a segment says of when its first picture was taken, beside when it was. */
async function startRow(place: Place): Promise<Line> {
  const errors: number[] = [], arrivals: number[] = [], lives = place.quick ? 3 : 10, seconds = 300
  for (let life = 0; life < lives; life++) {
    const { shots } = shotsOf(seconds, 20260506 + life), { segments } = await filmed(place.room(`times-${life}`), configOf(), samplesOf(shots))
    let seen = 0
    for (const { startMs, frames } of segments) {
      const first = shots[seen]!
      errors.push(Math.abs(startMs - wallOf(first.takenMs)))
      arrivals.push(first.arrivalMs - first.takenMs)
      seen += frames
    }
    assertRight(seen === shots.length, `${seen} of ${shots.length} pictures are in segments`)
    place.empty(`times-${life}`)
  }
  const most = Math.max(...errors), p = percentiles(errors), byArrival = Math.max(...arrivals)
  return { row: 'start-time', zh: `段的起始时刻，抖动 0–${jitterMs} ms / start time under jitter`, measured: `${errors.length} 段，最多差 ${ms(most)}，p50 ${ms(p(0.5))}，p99 ${ms(p(0.99))}`, limit: `以到达时刻命名（-strftime）最多差 ${ms(byArrival)}`, times: most / byArrival,
    goal: [{ zh: '最多差，ms', value: most, most: 40 }], checked: '每段的真时刻由发送的一方另记', figures: { segments: errors.length, mostMs: most, p50Ms: p(0.5), byArrivalMs: byArrival } }
}

/** 断档 — silences of two seconds and more, each looked for in what was told. */
async function gapRow(place: Place): Promise<Line> {
  const lives = place.quick ? 3 : 10, edges: number[] = []
  let wanted = 0, listed = 0, more = 0
  for (let life = 0; life < lives; life++) {
    const chance = chanceFrom(70 + life), silences = Array.from({ length: 8 }, () => ({ afterS: 12 + chance() * 20, lastsMs: 2300 + chance() ** 3 * 60_000 }))
    const { shots, silent } = shotsOf(15, 900 + life, silences), { events } = await filmed(place.room(`gaps-${life}`), configOf(), samplesOf(shots), { silentMs: 500 })
    const gaps = events.flatMap((event) => event.type === 'GapClosed' ? [event.data] : []), found = new Set<unknown>()
    for (const { fromMs, toMs } of silent) {
      wanted++
      const gap = gaps.find((one) => one.fromMs < wallOf(toMs) && one.toMs > wallOf(fromMs))
      if (!gap) continue
      found.add(gap)
      listed++
      edges.push(Math.abs(gap.fromMs - wallOf(fromMs)), Math.abs(gap.toMs - wallOf(toMs)))
    }
    more += gaps.filter((gap) => !found.has(gap) && gap.toMs - gap.fromMs > 2000).length
    place.empty(`gaps-${life}`)
  }
  const most = Math.max(...edges)
  return { row: 'gaps', zh: '断档 > 2 s / gaps listed', measured: `${listed} / ${wanted} 个，边缘最多差 ${ms(most)}，无中生有 ${more} 个`, limit: '停推的一方自己记下的时刻', times: listed / wanted,
    goal: [{ zh: '列出的比例', value: listed / wanted, least: 1 }, { zh: '边缘，ms（一组画面 + 0.5 s）', value: most, most: groupMs + 500 }, { zh: '无中生有', value: more, most: 0 }],
    checked: `静默 2.3–62 s，共 ${wanted} 次，逐个与所说的对过`, figures: { wanted, listed, edgeMostMs: most, more } }
}
export const times = async (place: Place): Promise<Line[]> => [await startRow(place), await gapRow(place)]

import type { CaseView } from '../../../projections/views.ts'
import { replayed, type Replay } from '../../../projections/replayed.ts'
import { median, ms, number, timed } from '../figures.ts'
import { longCase, openHouse, theBook } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { served } from '../serving.ts'

/** A picture every sixtieth of a second; what folds a moment must leave room to draw it. */
const frameMs = 1000 / 60
const high = (spent: readonly number[]) => [...spent].sort((a, b) => a - b)[Math.floor(spent.length * 0.95)]!

/** 回放 — a case with a thousand facts, sent once, and folded as a hand moves over it: there and back again. */
export async function moments(place: Place): Promise<Line[]> {
  const { dir } = await theBook(place)
  const { source, caseNo, facts } = longCase, path = `/api/cases/${encodeURIComponent(`${source}:${caseNo}`)}`
  const serving = await served(await openHouse(dir)), read = async <T>(at: string) => await (await fetch(serving.url + at, { headers: { cookie: serving.cookie } })).text() as T & string
  try {
    const sent: number[] = []
    let body = ''
    for (let n = 0; n < (place.quick ? 5 : 20); n++) { const { ms, value } = await timed(() => read(`${path}/replay`)); sent.push(ms); body = value }
    const replay = JSON.parse(body) as Replay, whole = replayed(replay)({ at: replay.now })
    if ('notYet' in whole) throw new Error('the case had not begun')
    const from = Date.parse(whole.span.from), to = Date.parse(whole.span.to), steps = 400
    const instants = Array.from({ length: steps }, (_, i) => new Date(from + (to - from) * (1 - Math.abs(1 - 2 * i / (steps - 1)))).toISOString() as Replay['now'])
    const fresh = replayed(replay), spent = instants.map((at) => { const began = performance.now(); fresh({ at }); return performance.now() - began })
    const parsing: number[] = []
    for (const at of instants.filter((_, i) => i % 40 === 0)) {
      const text = await read(`${path}?at=${at}`), began = performance.now(), view = JSON.parse(text) as CaseView
      parsing.push(performance.now() - began)
      const folded = JSON.parse(JSON.stringify(fresh({ at }))) as CaseView
      assertRight(JSON.stringify([folded.facts, folded.clocks, folded.light]) === JSON.stringify([view.facts, view.clocks, view.light]), `the case at ${at}`)
    }
    return [{
      row: 'moments', zh: `${number(facts)} 条事实，任一时刻 / any moment of ${number(facts)} facts`,
      measured: `一刻 p50 ${ms(median(spent))}，p95 ${ms(high(spent))}（${steps} 刻，来回）；取回一次 ${ms(median(sent))}，${number(body.length / 1024)} KB`,
      limit: `一帧 ${ms(frameMs)}；解析一份答复 ${ms(median(parsing))}`, times: high(spent) / frameMs,
      goal: [{ zh: '一刻 p95 ÷ 一帧', value: high(spent) / frameMs, most: 0.5 }],
      checked: `${parsing.length} 刻与接口的答复相同`,
      figures: { p50Ms: median(spent), p95Ms: high(spent), sentMs: median(sent), bytes: body.length, parseMs: median(parsing) },
    }]
  } finally { await serving.close() }
}

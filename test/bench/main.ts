import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { append } from './rows/append.ts'
import { api } from './rows/api.ts'
import { desk } from './rows/desk.ts'
import { history } from './rows/history.ts'
import { lag } from './rows/lag.ts'
import { moments } from './rows/moments.ts'
import { read } from './rows/read.ts'
import { rebuild } from './rows/rebuild.ts'
import { search } from './rows/search.ts'
import { scrub } from './rows/screens-scrub.ts'
import { screensLive } from './rows/screens-live.ts'
import { weight } from './rows/screens-weight.ts'
import { start } from './rows/start.ts'
import { judging, whatIfRow } from './rows/supervise.ts'
import { sweep } from './rows/sweep.ts'
import { verify } from './rows/verify.ts'
import { cameras } from './rows/video-cameras.ts'
import { evidenceRows } from './rows/video-evidence.ts'
import { kill } from './rows/video-kill.ts'
import { live } from './rows/video-live.ts'
import { retention } from './rows/video-retention.ts'
import { times } from './rows/video-times.ts'
import { wall } from './rows/video-wall.ts'
import type { Line } from './line.ts'
import { openPlace, type Place } from './place.ts'
import { table } from './table.ts'

type Row = { name: string; measure(place: Place): Promise<Line[]> }
const book: readonly Row[] = [
  { name: 'append', measure: append },
  { name: 'read', measure: read },
  { name: 'rebuild', measure: rebuild },
  { name: 'lag', measure: lag },
  { name: 'history', measure: history },
  { name: 'moments', measure: moments },
  { name: 'api', measure: api },
  { name: 'sweep', measure: sweep },
  { name: 'start', measure: start },
  { name: 'verify', measure: verify },
]
const supervise: readonly Row[] = [
  { name: 'judging', measure: judging },
  { name: 'sweep', measure: sweep },
  { name: 'what-if', measure: whatIfRow },
]
const video: readonly Row[] = [
  { name: 'cameras', measure: cameras },
  { name: 'evidence', measure: evidenceRows },
  { name: 'times', measure: times },
  { name: 'live', measure: live },
  { name: 'wall', measure: wall },
  { name: 'kill', measure: kill },
  { name: 'retention', measure: retention },
]
const screens: readonly Row[] = [
  { name: 'scrub', measure: scrub },
  { name: 'live', measure: screensLive },
  { name: 'weight', measure: weight },
]
const usage = 'npm run bench -- book|search|desk|screens|supervise|video [--json] [--quick] [--dir DIR] [--only append,read,…] [--cases N] [--house DIR] [--keep DIR [--fill]] [--cameras N,N,…] [--seconds S]'
const searchedCases = { quick: 200_000, full: 1_000_000 }, openCases = { quick: 20_000, full: 100_000 }

/** 量 — each row after the other, so that nothing is measured beside something else. */
async function measureAll(rows: readonly Row[], place: Place) {
  const lines: Line[] = [], secondsOf: Record<string, number> = {}, failed: { row: string; error: string }[] = []
  for (const { name, measure } of rows) {
    const began = performance.now()
    place.say(`${name} …`)
    try { lines.push(...await measure(place)) } catch (error) {
      failed.push({ row: name, error: error instanceof Error ? error.message : String(error) })
      place.say(error instanceof Error ? error.stack ?? error.message : String(error))
    }
    secondsOf[name] = (performance.now() - began) / 1000
    place.say(`${name} ${secondsOf[name].toFixed(1)} s`)
    globalThis.gc?.()
  }
  return { lines, secondsOf, failed }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals: [bench, ...more] } = parseArgs({ args, allowPositionals: true, options: {
    json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false }, dir: { type: 'string' }, only: { type: 'string' }, cases: { type: 'string' }, house: { type: 'string' }, cameras: { type: 'string' }, seconds: { type: 'string' },
    keep: { type: 'string' }, fill: { type: 'boolean' } } })
  const only = values.only?.split(',')
  const cases = Number(values.cases ?? searchedCases[values.quick ? 'quick' : 'full'])
  const benches: Record<string, readonly Row[]> = { book, supervise, video, screens, search: [{ name: 'search', measure: search(cases) }], desk: [{ name: 'desk', measure: desk(Number(values.cases ?? openCases[values.quick ? 'quick' : 'full'])) }] }
  const rows = (benches[bench ?? ''] ?? []).filter(({ name }) => !only || only.includes(name))
  if (rows.length === 0 || !(cases > 0) || more.length > 0 || rows.length < (only?.length ?? 1)) {
    process.stderr.write(`${usage}\n行 / rows：${Object.entries(benches).map(([bench, rows]) => `${bench}: ${rows.map(({ name }) => name).join('、')}`).join('；')}\n`)
    return 2
  }
  const place = openPlace({ dir: values.dir, quick: values.quick, cases: values.cases === undefined ? undefined : Number(values.cases), house: values.house, keep: values.keep, fill: values.fill,
    cameras: values.cameras?.split(',').map(Number), seconds: values.seconds === undefined ? undefined : Number(values.seconds) }), began = performance.now(), before = loadavg()[0]!
  try {
    const { lines, secondsOf, failed } = await measureAll(rows, place)
    const seconds = (performance.now() - began) / 1000
    const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model ?? '', loadBefore: before, loadAfter: loadavg()[0]! }
    if (values.json) process.stdout.write(`${JSON.stringify({ bench, quick: values.quick, at: new Date().toISOString(), seconds, machine, secondsOf, failed, lines })}\n`)
    else process.stdout.write(`明鉴 bench ${bench}${values.quick ? '（--quick）' : ''}：Node ${machine.node}，${machine.cpus} × ${machine.cpu}，负载 ${before.toFixed(2)}\n`
      + `只有同一次运行里量得的比值可信，绝对值供参照。\n\n${table(lines, bench)}\n${failed.map(({ row, error }) => `没有量成 / failed：${row}：${error}\n`).join('')}共 ${seconds.toFixed(0)} s\n`)
    return failed.length > 0 ? 1 : 0
  } finally { place.close() }
}

// A row that failed may have left its house open.
process.exit(await main(process.argv.slice(2)))

import { join } from 'node:path'
import type { Rebuilt } from '../../../api/rooms.ts'
import { mean, median, number, perSecond, percent, spread } from '../figures.ts'
import { openHouse, theBook, type House } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import type { Asked, Folded } from '../children/bare-folds.ts'
import { projections } from '../../../projections/index.ts'
import { caseName } from '../told.ts'

/** Room for all rows in memory, and for the young: the limit is not to be slowed by a heap that the product has to do with. */
const roomy = ['--max-semi-space-size=64', '--max-old-space-size=3000']
const lookEveryMs = 50

/** Builds anew, while somebody goes on reading the old rows. */
async function watched({ rooms }: House): Promise<Rebuilt & { answers: number; peakRss: number }> {
  let answers = 0, peakRss = 0
  const look = setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss())
    void rooms.rows.get('cases', caseName(1)).then((row) => { if (row?.['caseNo'] === caseName(1)) answers++ })
  }, lookEveryMs)
  try { return { ...await rooms.rebuild(), answers, peakRss } } finally { clearInterval(look) }
}

/** 重建 — all product rows anew out of the book; durable and serving when it ends. */
export async function rebuild(place: Place): Promise<Line[]> {
  const { dir, facts: size, rowsHash } = await theBook(place)
  const limitOf = (also: Partial<Asked> = {}) => place.ask<Folded>('bare-folds', { dir, naiveFacts: 0, hash: false, naiveFile: join(place.dir, 'naive.db'), ...also }, roomy)
  const rounds = place.quick ? 1 : 3
  const house = await openHouse(dir)
  const rebuilt: Awaited<ReturnType<typeof watched>>[] = [], limits: Folded[] = []
  try {
    await house.rooms.caughtUp(size)
    for (let round = 0; round < rounds; round++) {
      limits.push(await limitOf(round === 0 ? { hash: true, naiveFacts: place.quick ? 6_000 : 20_000 } : {}))
      const done = await watched(house)
      assertRight(done.broken.length === 0 && done.hash === rowsHash, `the hash after rebuilding: ${done.hash}, before: ${rowsHash}`)
      assertRight(done.facts === size && done.answers > 0, `${done.facts} facts folded of ${size}, ${done.answers} answers meanwhile`)
      rebuilt.push(done)
    }
    limits.push(await limitOf())
  } finally { await house.close() }
  const [{ hash, framed, naiveFacts, naiveSeconds }] = limits as [Folded]
  assertRight(hash === rowsHash, `the hash of an independent fold in memory: ${hash}`)
  const rate = median(rebuilt.map(({ factsPerSecond }) => factsPerSecond)), limitRates = limits.map(({ facts, seconds }) => facts / seconds), limit = mean(limitRates)
  const naive = naiveFacts / naiveSeconds, peakRssMb = Math.max(...rebuilt.map((done) => done.peakRss)) / 2 ** 20
  const seconds = median(rebuilt.map((done) => done.seconds)), answers = rebuilt.reduce((sum, done) => sum + done.answers, 0)
  return [{
    row: 'rebuild', zh: `重建 ${projections.length} 个投影，${number(size)} 条事实 / rebuild of ${projections.length} projections`,
    measured: `${perSecond(rate, 'facts')}，${seconds.toFixed(2)} s（路：帧 ${percent(framed / size)}，${rounds} 次取中位），RSS 峰值 ${number(peakRssMb)} MB`,
    limit: `单线程读帧 + 同样的折叠、不写 ${perSecond(limit, 'facts')}（±${percent(spread(limitRates))}）；逐条读改写 ${perSecond(naive, 'facts')}（只量了 ${number(naiveFacts)} 条，按速率外推）`,
    times: rate / limit, noise: spread(limitRates),
    goal: [{ zh: '÷ 读 + 折叠', value: rate / limit, least: 1 }, { zh: '÷ 逐条读改写', value: rate / naive, least: 10 }, { zh: 'RSS 峰值 MB', value: peakRssMb, most: 2048 }],
    checked: `行指纹与重建前、与内存里另行折叠的三者相同；其间旧行答了 ${answers} 次`,
    figures: { facts: size, factsPerSecond: Math.round(rate), seconds, hashSeconds: median(rebuilt.map((done) => done.hashSeconds)), limitPerSecond: Math.round(limit),
      naivePerSecond: Math.round(naive), peakRssMb, framedShare: framed / size },
  }]
}

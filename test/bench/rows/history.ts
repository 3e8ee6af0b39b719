import Database from 'libsql'
import { join } from 'node:path'
import type { Asked, Loaded } from '../children/http-load.ts'
import { median, ms, number, timed } from '../figures.ts'
import { longCase, openHouse, theBook } from '../house.ts'
import { bareServer } from '../limits/bare-server.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { served } from '../serving.ts'

/** The rows of one stream, and nothing done with them. */
async function rawRows(dir: string, stream: string, rounds: number): Promise<number> {
  const db = new Database(join(dir, 'book.db'))
  db.exec('PRAGMA query_only = 1')
  const facts = db.prepare('SELECT leaf FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) ORDER BY rev').raw()
  const spentMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { ms, value } = await timed(() => facts.all([stream]))
    assertRight(value.length === longCase.facts, `raw rows of ${stream}`)
    spentMs.push(ms)
  }
  db.close()
  return median(spentMs.slice(rounds / 4))
}

/** 办件史 — a case with a thousand facts, folded and judged for the one who asks, over HTTP. */
export async function history(place: Place): Promise<Line[]> {
  const { dir } = await theBook(place)
  const { source, caseNo, facts } = longCase, path = `/api/cases/${encodeURIComponent(`${source}:${caseNo}`)}`
  const serving = await served(await openHouse(dir))
  const asked = { connections: 1, warmMs: place.quick ? 400 : 1_500, forMs: place.quick ? 800 : 3_000 }
  try {
    const before = await rawRows(dir, `cases-${source}:${caseNo}`, 200)
    const body = await (await fetch(serving.url + path, { headers: { cookie: serving.cookie } })).text()
    const bare = await bareServer(body)
    const limit = await place.ask<Loaded>('http-load', { ...asked, port: bare.port, paths: ['/bare'], keep: 0 } satisfies Asked)
    const ours = await place.ask<Loaded>('http-load', { ...asked, port: serving.port, cookie: serving.cookie, paths: [path], keep: 20 } satisfies Asked)
    await bare.close()
    const rows = (before + await rawRows(dir, `cases-${source}:${caseNo}`, 200)) / 2
    const views = [body, ...ours.kept.map((one) => one.body)].map((text) => JSON.parse(text) as { facts: { revision: number; data: { step?: string } }[] })
    assertRight(views.every((view) => view.facts.length === facts && view.facts.every(({ revision, data }, i) => revision === i + 1 && (i === 0 || data.step?.startsWith(`环节 ${i}：`) === true))), 'the history of the case')
    return [{
      row: 'history', zh: `${number(facts)} 条事实的办件史 / history of ${number(facts)} facts`,
      measured: `首字节 p50 ${ms(ours.firstByteP50Ms)}，全部 p50 ${ms(ours.p50Ms)}，p99 ${ms(ours.p99Ms)}（${number(ours.bytes / 1024)} KB，${ours.count} 次）`,
      limit: `同一卷的原始行 p50 ${ms(rows)}；裸 Fastify 送同样的字节 首字节 ${ms(limit.firstByteP50Ms)}，全部 ${ms(limit.p50Ms)}`, times: ours.p50Ms / rows,
      goal: [{ zh: '首字节 p50 ms', value: ours.firstByteP50Ms, most: 1.5 }, { zh: '全部 ÷ 原始行', value: ours.p50Ms / rows, most: 3 }],
      checked: `${views.length} 份回答，每份 ${facts} 条，次序与内容都对`,
      figures: { firstByteP50Ms: ours.firstByteP50Ms, p50Ms: ours.p50Ms, p99Ms: ours.p99Ms, rawRowsP50Ms: rows, bareFirstByteP50Ms: limit.firstByteP50Ms, bareP50Ms: limit.p50Ms, bytes: ours.bytes },
    }]
  } finally { await serving.close() }
}

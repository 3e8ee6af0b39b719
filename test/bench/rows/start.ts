import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { median, ms, number } from '../figures.ts'
import { rootModule, theBook } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import { started, type Place } from '../place.ts'

const flags = ['--max-semi-space-size=24', '--max-old-space-size=512', '--enable-source-maps']
const rssMb = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

async function bareNode(idleMs: number): Promise<{ ms: number; rssMb: number }> {
  const bare = started(['-e', `process.stdout.write('.'); setInterval(() => {}, 1000)`])
  try {
    const { ms } = await bare.firstWord
    if (idleMs > 0) await setTimeout(idleMs)
    return { ms, rssMb: rssMb(bare.pid) }
  } finally { await bare.stop() }
}

/** From the start of the process to the first answer of /health, by the server that was started: it says its own address, and has our book. */
async function house(dir: string, facts: number, idleMs: number): Promise<{ ms: number; rssMb: number }> {
  const process = started([...flags, rootModule, 'serve', '--data', dir, '--port', '0', '--json'])
  try {
    const { text } = await process.firstWord, { url } = JSON.parse(text) as { url: string }
    const { position } = await (await fetch(`${url}/health`)).json() as { position: number }
    const ms = performance.now() - process.began
    assertRight(position >= facts, `the server at ${url} is at ${position}, not at ${facts}`)
    if (idleMs > 0) await setTimeout(idleMs)
    return { ms, rssMb: rssMb(process.pid) }
  } finally { await process.stop() }
}

/** 冷启动、空闲内存 — of a house with the book as it stands. */
export async function start(place: Place): Promise<Line[]> {
  const { dir, facts } = await theBook(place)
  const rounds = place.quick ? 2 : 5, idleMs = place.quick ? 1_000 : 5_000
  const bare: number[] = [], ours: number[] = []
  await bareNode(0)
  await house(dir, facts, 0)
  for (let round = 0; round < rounds; round++) {
    bare.push((await bareNode(0)).ms)
    ours.push((await house(dir, facts, 0)).ms)
  }
  const idle = await house(dir, facts, idleMs), bareIdle = await bareNode(idleMs)
  const startMs = median(ours), bareMs = median(bare)
  return [
    { row: 'cold-start', zh: `冷启动，簿有 ${number(facts)} 条 / cold start`, measured: `从起进程到 /health 作答 ${ms(startMs)}（${rounds} 次取中位，最短 ${ms(Math.min(...ours))}）`,
      limit: `裸 node 到第一个字 ${ms(bareMs)}`, times: startMs / bareMs, goal: [{ zh: '÷ 裸 node', value: startMs / bareMs, most: 3.5 }],
      checked: '地址由所起的进程自己说出，/health 的位置就是这个簿的', figures: { startMs, leastMs: Math.min(...ours), bareNodeMs: bareMs, facts } },
    { row: 'idle-rss', zh: '空闲内存 / idle RSS', measured: `${number(idle.rssMb)} MB（作答后 ${idleMs / 1000} s）`, limit: `裸 node ${number(bareIdle.rssMb)} MB`, times: idle.rssMb / bareIdle.rssMb,
      goal: [{ zh: '÷ 裸 node', value: idle.rssMb / bareIdle.rssMb, most: 2.5 }], checked: '同上', figures: { rssMb: idle.rssMb, bareNodeRssMb: bareIdle.rssMb } },
  ]
}

import { setTimeout as pause } from 'node:timers/promises'
import { usualLimits } from '../../api/limits.ts'
import { serve } from '../../api/opening/main.ts'
import { founded } from '../signed-in.ts'
import { assertRight } from './line.ts'
import type { House } from './house.ts'

/** 判完 — until everything has been judged whoever asks is told how far it is; how long that took, in how many answers, and how long the slowest of them was waited for. */
async function judged(url: string, cookie: string) {
  const began = performance.now()
  let answers = 0, slowestMs = 0
  for (;;) {
    const asked = performance.now(), answer = await fetch(`${url}/api/cases/counts`, { headers: { cookie } }), { code, judged, of } = await answer.json() as { code?: string; judged?: number; of?: number }
    slowestMs = Math.max(slowestMs, performance.now() - asked)
    answers++
    if (answer.status === 200) return { ms: performance.now() - began, answers, slowestMs }
    assertRight(code === 'still-judging' && judged! <= of! && answer.headers.get('retry-after') !== null, `${answer.status} ${code}, ${judged} of ${of}`)
    await pause(Number(answer.headers.get('retry-after')) * 1000)
  }
}

/** The house on a free port of this machine; it is asked whether it is the one that was started. */
export async function served(house: House, now?: () => number) {
  let told = (_: string) => {}
  const code = new Promise<string>((resolve) => { told = resolve })
  // One asker asks as much as it can: what a single session may take is another measure than what the house can give.
  const limits = { ...usualLimits, anonymousPerMinute: 1e9, sessionPerMinute: 1e9, commandsAtOnce: 1e9 }
  const serving = await serve(house, { host: '127.0.0.1', port: 0, issue: true, obey: () => Promise.reject(new Error('nobody orders a benchmark')), limits, sayCode: (said) => { told(said) } })
  const people = await founded({ url: serving.url, code: await code }, now), cookie = await people.cookieFor('inspector')
  const { position } = await (await fetch(`${serving.url}/health`)).json() as { position: number }
  assertRight(position === (await house.rooms.book.head()).position, `the server at ${serving.url} has another book`)
  return { ...serving, judging: await judged(serving.url, cookie), cookie, people, port: Number(new URL(serving.url).port) }
}

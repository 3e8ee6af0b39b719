import { serve } from '../../api/opening/main.ts'
import { assertRight } from './line.ts'
import type { House } from './house.ts'

/** The house on a free port of this machine; it is asked whether it is the one that was started. */
export async function served(house: House) {
  const serving = await serve(house, { host: '127.0.0.1', port: 0, issue: true, obey: () => Promise.reject(new Error('nobody orders a benchmark')) })
  const { position } = await (await fetch(`${serving.url}/health`)).json() as { position: number }
  assertRight(position === (await house.rooms.book.head()).position, `the server at ${serving.url} has another book`)
  return { ...serving, port: Number(new URL(serving.url).port) }
}

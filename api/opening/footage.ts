import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { openFootage, type Footage } from '../footage/child.ts'
import { footageConfig } from '../footage/config.ts'
import { disputeFile, recordFootage } from '../footage/record.ts'
import type { Rooms } from '../rooms.ts'

/** `rtmpPort`: where cameras push to, 0 for any that is free; `rtmpHost`: this machine alone, where nothing is said. `aheadMs`: by how much the house's clock is ahead of
    this machine's, where it is not this machine's: footage lies on the clock of the book. */
export type FootageAsked = { rtmpPort: number; rtmpHost?: string; aheadMs?(): number }
export type FootageHere = { opened(): Promise<Footage>; close(): Promise<void> }
const registering = ['RegisterCamera', 'ChangeCamera', 'RetireCamera', 'IssueStreamKey']

/** One port for the life of the house: cameras find it again after the process has ended. */
const freePort = () => new Promise<number>((found, failed) => {
  const server = createServer().once('error', failed).listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    server.close(() => found(port))
  })
})

/** 录像间 — its process is there as soon as a camera is registered, and knows of every change of the register. A house without cameras starts none. */
export function footageHere(rooms: Rooms, main: string, { rtmpPort, rtmpHost, aheadMs }: FootageAsked, onError: (error: unknown) => void): FootageHere {
  let footage: Promise<Footage> | undefined, closing = false, asked = false, turn: Promise<unknown> = Promise.resolve()
  /** One after the other; many changes of the register at once are told once. */
  const inTurn = <T>(does: () => Promise<T>): Promise<T> => {
    const next = turn.then(does)
    turn = next.catch(() => undefined)
    return next
  }
  async function registered() {
    if (asked) return
    asked = true
    await turn
    asked = false
    await (await footage)?.configure()
  }
  async function open(): Promise<Footage> {
    const port = rtmpPort === 0 ? await freePort() : rtmpPort
    const opened = openFootage({
      main, onReport: (report) => recordFootage(rooms, report), onError,
      onDiscrepancy: (found) => {
        onError(new Error(`录像与事件簿不符 / footage is not what the book says: ${found.camera} ${found.file} ${found.what}`))
        disputeFile(rooms, found, Date.parse(rooms.now())).catch(onError)
      },
      configuration: () => inTurn(async () => ({
        ...await footageConfig(rooms), socket: join(rooms.dir, 'video.sock'), rtmpPort: port, ...(rtmpHost !== undefined && { rtmpHost }), ...(aheadMs && { aheadMs: aheadMs() }),
      })),
    })
    rooms.footage = opened
    return opened
  }
  const opened = () => footage ??= open()
  const stop = rooms.onTold(({ context, command: { type } }) => {
    if (closing || context.name !== 'evidence' || !registering.includes(type)) return
    if (footage) registered().catch(onError)
    else opened().catch(onError)
  })
  rooms.rows.find('cameras', { where: { retired: false }, limit: 1 }).then(({ rows }) => { if (rows.length > 0 && !closing) return opened(); return undefined }).catch(onError)
  return {
    opened,
    async close() {
      closing = true
      stop()
      await (await footage?.catch(() => undefined))?.close()
    },
  }
}

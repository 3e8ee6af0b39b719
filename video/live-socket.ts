import { chmodSync, closeSync, openSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, dirname } from 'node:path'
import type { liveOf } from './live.ts'

type Live = ReturnType<typeof liveOf>
const asked = /^\/live\/([a-z0-9][a-z0-9-]{0,62})(\?keys=1)?$/

/** sockaddr_un holds 108 bytes; a longer path is reached through an open descriptor of its folder. */
const longestPath = 100

/** 直播口 — HTTP on a socket that only this user opens: GET /live/<camera> is FLV without an end (`?keys=1`: key frames alone). The server asks, after it has looked who asks it. */
export async function openLiveSocket(said: string, liveOfCamera: (camera: string) => Live | undefined) {
  const folder = Buffer.byteLength(said) > longestPath ? openSync(dirname(said), 'r') : undefined, path = folder === undefined ? said : `/proc/self/fd/${folder}/${basename(said)}`
  rmSync(path, { force: true }) // left by a process that was killed: its successor is the only one
  const server = createServer((request, response) => {
    const [, camera, keys] = asked.exec(request.url ?? '') ?? [], live = camera === undefined ? undefined : liveOfCamera(camera)
    if (request.method !== 'GET' || !live) return void response.writeHead(404).end()
    response.writeHead(200, { 'Content-Type': 'video/x-flv', 'Cache-Control': 'no-store' })
    const leave = live.watch({
      keysOnly: keys !== undefined, send: (bytes) => { response.write(bytes) }, waiting: () => response.writableLength,
      close: () => { if (response.writableLength > 0) response.destroy(); else response.end() },
    })
    response.once('close', leave)
    response.on('error', () => undefined)
  })
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  chmodSync(path, 0o600)
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
    rmSync(path, { force: true })
    if (folder !== undefined) closeSync(folder)
  }
}

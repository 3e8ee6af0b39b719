import type { Configuration, FromVideo, ToVideo } from './channel.ts'
import { openHouse, type House } from './main-house.ts'

/** 视频进程的根 — a child of the server: what it is to do comes over the channel, what it did goes back over it. It ends in order, with all that is open sealed, when it is told to,
    and when whoever started it is gone. */
const send = (said: FromVideo) => { if (process.connected) process.send?.(said, undefined, undefined, () => undefined) }
let house: Promise<House> | undefined, stopping = false

async function stop() {
  if (stopping) return
  stopping = true
  const patience = setTimeout(() => process.exit(1), 8000)
  await (await house)?.close()
  clearTimeout(patience)
  process.exit(0)
}
async function obey(said: ToVideo) {
  if ('stop' in said) return stop()
  if ('configure' in said) return configure(said.configure)
  const open = await house
  if (!open) return
  if ('ack' in said) open.acknowledged(said.ack)
  else if ('urge' in said) { await open.urged(said.urge.camera); send({ urged: said.urge.id }) }
  else if ('audit' in said) send({ audited: await open.audit(said.audit) })
  else send({ expired: await open.expire(said.expire) })
}
async function configure(configuration: Configuration) {
  if (house) return (await house).configure(configuration)
  house = openHouse(configuration, send)
  await house
}
const failed = (error: unknown) => {
  process.stderr.write(`视频进程出错 / the video process failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`)
  process.exit(1) // its successor recovers what was open
}
process.on('message', (said) => { obey(said as ToVideo).catch(failed) })
process.on('disconnect', () => { stop().catch(failed) })
process.on('SIGTERM', () => { stop().catch(failed) })
// A terminal interrupts all at once; the server is asked, and asks us.
process.on('SIGINT', () => undefined)
process.on('uncaughtException', failed)
process.on('unhandledRejection', failed)

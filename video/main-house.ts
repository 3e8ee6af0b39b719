import { camerasOf } from './cameras.ts'
import { outbox } from './channel-outbox.ts'
import { chainStart } from './chain.ts'
import { doorName, type Amiss, type Audit, type CameraSaid, type Configuration, type Expiry, type FromVideo, type SourceSaid } from './channel.ts'
import { audited, expired } from './expire.ts'
import { fileSource } from './ingest/file.ts'
import { rtmpDoor } from './ingest/door.ts'
import { rtspSource } from './ingest/rtsp/source.ts'
import { openLiveSocket } from './live-socket.ts'
import { recorder } from './recorder.ts'
import type { CameraSource } from './sample.ts'
import { footageStore } from './store.ts'

export type House = Awaited<ReturnType<typeof openHouse>>
const tickMs = 250, stateMs = 1000, storageMs = 5000, knockMs = 2000

/** 视频室 — door, cameras, recorders and live pictures over one store, told to whoever started the process. */
export async function openHouse(configuration: Configuration, send: (said: FromVideo) => void) {
  const { store: dir, storeId, socket, rtmpPort, rtmpHost, aheadMs = 0 } = configuration, nowMs = () => performance.now(), wallMs = () => Date.now() + aheadMs
  const store = footageStore({ dir, id: storeId, now: nowMs }), reports = outbox((report) => send({ report }), nowMs)
  let { lastSeq } = configuration, closing = false
  const recorderOf = ({ camera, segmentSeconds }: CameraSaid) => recorder({
    camera, store, segmentMs: segmentSeconds * 1000, now: nowMs, wall: wallMs, lastSeq: lastSeq[camera] ?? { seq: 0, chain: chainStart(camera) },
    tell: (event) => reports.tell(camera, event), noticed: (discrepancy) => send({ discrepancy }),
  })
  const heardMs = (camera: string) => { const { seq = 0, untilMs, gap } = lastSeq[camera] ?? {}, last = gap?.fromMs ?? untilMs; return seq === 0 || last === undefined ? undefined : nowMs() - (wallMs() - last) }
  const cameras = camerasOf({ sourceOf, recorderOf, tell: (camera, event) => reports.tell(camera, event), nowMs, wallMs, heardMs })

  const door = rtmpDoor({ refused: (reason, from) => cameras.refused(doorName, reason, from) })

  function sourceOf(camera: string, source: SourceSaid): CameraSource {
    switch (source.kind) {
      case 'rtmp': return door.source(camera, source.keyHash)
      case 'rtsp': return rtspSource({ url: source.url, login: source.login, trusted: source.trusted })
      case 'file': return fileSource(source)
    }
  }
  /** The port may be another's for now: everything else goes on, and it is tried again. */
  async function openPort() {
    const opened = await door.open({ host: rtmpHost, port: rtmpPort })
    send({ ready: 'refused' in opened ? { socket, rtmpPort: 0, refused: opened.detail } : { socket, rtmpPort: opened.port } })
    if ('refused' in opened && !closing) setTimeout(openPort, knockMs).unref()
  }
  const sayStorage = () => store.ready().then(() => send({ storage: store.state() }))
  const closeLive = await openLiveSocket(socket, cameras.live)
  await cameras.configure(configuration.cameras)
  await openPort()
  const timers = [
    setInterval(() => cameras.tick(), tickMs),
    setInterval(() => { send({ state: cameras.states() }); reports.flush() }, stateMs),
    setInterval(() => { void sayStorage() }, storageMs),
  ]
  await sayStorage()
  return {
    acknowledged: reports.acknowledged,
    async configure(again: Configuration) {
      ;({ lastSeq } = configuration = { ...configuration, cameras: again.cameras, lastSeq: again.lastSeq })
      await cameras.configure(again.cameras)
    },
    urged(camera: string): Promise<void> { cameras.flush(camera); return reports.settled(camera) },
    expire: async ({ id, camera, segments }: Expiry): Promise<{ id: string; seqs: readonly number[] }> => ({ id, seqs: await expired(store, camera, segments) }),
    audit: async ({ id, camera, ...looked }: Audit): Promise<{ id: string; amiss?: readonly Amiss[] }> => {
      const amiss = await audited(store, camera, looked)
      return { id, ...(amiss && { amiss }) }
    },
    async close() {
      closing = true
      for (const timer of timers) clearInterval(timer)
      await cameras.close()
      await door.close()
      await closeLive()
    },
  }
}

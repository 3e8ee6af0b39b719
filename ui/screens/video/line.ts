type Loaded = typeof import('mpegts.js')['default']
/** However the module is read. */
export type Library = Loaded extends { default: infer Own } ? Own : Loaded
type Loader = NonNullable<NonNullable<Parameters<Library['createPlayer']>[1]>['customLoader']>

/** 线 — the live line as mpegts.js reads it. Its own throws at the page where a line breaks that nobody wants any more; this one is quiet, and where it ends, whoever watches begins anew. */
export function lineOf({ BaseLoader, LoaderStatus: { kConnecting, kBuffering, kComplete } }: Library): Loader {
  return class extends BaseLoader {
    #socket: WebSocket | undefined
    constructor() { super('line') }
    override open({ url }: Parameters<InstanceType<Loader>['open']>[0]) {
      const own = this.#socket = new WebSocket(url!)
      let arrived = 0
      own.binaryType = 'arraybuffer'
      this._status = kConnecting
      own.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        if (own !== this.#socket) return
        this._status = kBuffering
        this.onDataArrival(data, arrived, arrived += data.byteLength)
      }
      own.onclose = () => { if (own === this.#socket) { this._status = kComplete; this.onComplete(0, arrived - 1) } }
    }
    override abort() {
      const own = this.#socket
      this.#socket = undefined
      this._status = kComplete
      own?.close()
    }
    override destroy() { this.abort(); super.destroy() }
  }
}

/** 样 — one coded picture as the camera sent it: AVC in length-prefixed NAL units (4 bytes), byte for byte, SEI included. */
export type Sample = {
  /** Of the stream, milliseconds; grows within a run (32-bit wraps are undone before). */
  dtsMs: number; ptsMs: number
  key: boolean
  data: Buffer
  /** When it came, by a clock that only goes forward (`performance.now()`), milliseconds. */
  arrivalMs: number
}
/** 序列头 — how the pictures that follow are coded; checked before anybody trusts the sizes. */
export type AvcConfig = { avcC: Buffer; width: number; height: number }

export type EndCause = 'camera' | 'network' | 'process'
/** Where a source hands on what it gets, in the order of arrival. A new `config` begins a new run. */
export type Sink = {
  config(config: AvcConfig): void
  sample(sample: Sample): void
  /** The session is over: what comes next is another run. */
  ended(cause: EndCause): void
  /** 拒收 — something came that is not recorded. */
  refused(reason: string, from: string): void
}
/** 摄像机来源 — RTMP that is pushed, RTSP that is fetched, a file that is played. */
export type CameraSource = { start(sink: Sink): void; stop(): Promise<void> }

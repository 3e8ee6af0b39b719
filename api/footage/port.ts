/** 摄像机此刻 — as the recorder has it. `off`: nothing has ever come, or it was told of a moment ago; `frozen`: it comes, and is always the same picture. */
export type CameraNow = {
  camera: string; state: 'live' | 'silent' | 'frozen' | 'off'; sinceMs: number; cause?: string
  bitsPerSecond: number; framesPerSecond: number; codec: string; width: number; height: number
}
export type StorageNow = { freeBytes: number; bytesPerHour: number; hoursLeft: number; state: 'ok' | 'low' | 'full' | 'lost' }
/** 录像间 — the recorder's process as the rest of the house knows it; absent where this house records nothing. */
export type FootagePort = {
  /** Of each camera as of the last second; nothing while the process is away. */
  states(): ReadonlyMap<string, CameraNow>
  storage(): StorageNow | undefined
  /** Answers which segments are gone from the disk; nothing where it is to be asked again. */
  expire(camera: string, segments: readonly { seq: number; file: string }[]): Promise<readonly number[] | undefined>
  /** 盘点 — answers which segments are not as the book says; nothing where that could not be seen. `closely`: by their length too, and by their hash where one is said. */
  audit(camera: string, segments: readonly { seq: number; file: string; bytes: number; sha256?: string }[], closely: boolean):
    Promise<readonly { seq: number; what: 'missing' | 'altered' }[] | undefined>
  /** What is sealed of a camera and waits to be told stands in the book; not waited for longer than somebody who looks would. */
  urge(camera: string): Promise<void>
  /** The register has changed. */
  configure(): Promise<void>
  /** 推流口 — where cameras push to: on this machine alone where no address is said. Nothing while the door is not open. */
  door(): { port: number; host?: string } | undefined
  /** The socket on which live pictures are served; nothing while there is none. */
  live(): string | undefined
}

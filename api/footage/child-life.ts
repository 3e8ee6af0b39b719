import { fork, type ChildProcess } from 'node:child_process'
import type { FromVideo, ToVideo } from '../../video/channel.ts'

/** A process that ends is followed by another: at once the first time, later when it keeps ending. One that has said nothing at so many looks, a second apart,
    is ended: looks and not seconds, for while this process stands still it hears nobody. */
const firstMs = 100, mostMs = 1500, steadyMs = 30_000, mutedLooks = 15, stopMs = 10_000

/** 续命 — a child process that there always is: begun, told to end in order, killed when it is mute, and begun again. */
export function keptAlive({ main, onBegun, onSaid, onGone, onError }: {
  main: string; onBegun(child: ChildProcess): void; onSaid(child: ChildProcess, said: FromVideo): void; onGone(): void; onError(error: unknown): void
}) {
  let child: ChildProcess | undefined, closing = false, renewing = false, delayMs = firstMs, looks = 0, again: NodeJS.Timeout | undefined, ended = Promise.resolve()
  function begin() {
    const process = child = fork(main, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: ['--max-semi-space-size=4', '--enable-source-maps'] }), begunMs = performance.now()
    looks = 0
    process.on('message', (said) => { looks = 0; onSaid(process, said as FromVideo) })
    process.on('error', onError)
    ended = new Promise((resolve) => process.once('exit', (code, signal) => { gone(process, begunMs, String(signal ?? code)); resolve() }))
    onBegun(process)
  }
  function gone(process: ChildProcess, begunMs: number, how: string) {
    if (child !== process) return
    child = undefined
    onGone()
    if (closing) return
    if (renewing) { renewing = false; return begin() }
    onError(new Error(`视频进程停了，重新启动 / the video process has ended (${how}) and is started again`))
    delayMs = performance.now() - begunMs > steadyMs ? firstMs : Math.min(delayMs * 2, mostMs)
    again = setTimeout(begin, delayMs)
  }
  /** In order, and for as long as that may take. */
  async function ending() {
    const last = child
    if (!last) return
    say(last, { stop: true })
    const patience = setTimeout(() => last.kill('SIGKILL'), stopMs)
    await ended
    clearTimeout(patience)
  }
  const listening = setInterval(() => { if (child && ++looks > mutedLooks) child.kill('SIGKILL') }, 1000)
  listening.unref()
  begin()
  return {
    current: () => child,
    /** 另起 — by another process, which asks anew what it is to do and what time it is; what is open is sealed first. */
    async renew() { if (child && !renewing) { renewing = true; await ending() } },
    async close() {
      closing = true
      clearInterval(listening)
      clearTimeout(again)
      await ending()
    },
  }
}
export const say = (to: ChildProcess | undefined, said: ToVideo) => { if (to?.connected) to.send(said, () => undefined) }

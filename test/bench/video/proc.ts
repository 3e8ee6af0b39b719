import { readdirSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

/** CPU that a process has taken, all threads, in nanoseconds as the scheduler counts it; the ticks of `stat` beside it are checked against. */
export function cpuMsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0)
}
const tickMs = 10
/** The same in ticks of a hundredth of a second: another counter of the kernel. */
export function statMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}
/** 按份额的内存 — memory that is shared with others counts by its share, so that many processes of one program are not made worse than they are. */
export const pssMiBOf = (pid: number): number => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]) / 1024

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
/** Until somebody listens there: a process takes its time to begin where others are at work. */
export async function listening(port: number, withinMs = 30_000): Promise<void> {
  for (const from = performance.now(); performance.now() - from < withinMs; await pause(50)) {
    const socket = connect(port, '127.0.0.1'), is = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'close').then(() => false)]).catch(() => false)
    socket.destroy()
    if (is) return
  }
  throw new Error(`nobody listens at ${port}`)
}

import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks'

/** 事件循环探针 — loaded into the process that is measured (`--import`); it does nothing until it is asked (SIGUSR2), and says at the second asking what it saw. */
const resolutionMs = 10
let histogram: IntervalHistogram | undefined
process.on('SIGUSR2', () => {
  if (!histogram) { histogram = monitorEventLoopDelay({ resolution: resolutionMs }); histogram.enable(); return }
  histogram.disable()
  const lateMs = (ns: number) => Math.max(0, ns / 1e6 - resolutionMs)
  writeFileSync(process.env['MINGJIAN_LOOP_PROBE']!, JSON.stringify({ p50Ms: lateMs(histogram.percentile(50)), p99Ms: lateMs(histogram.percentile(99)), maxMs: lateMs(histogram.max), count: histogram.count }))
  histogram = undefined
})

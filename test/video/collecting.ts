import type { AvcConfig, EndCause, Sample, Sink } from '../../video/sample.ts'

/** A sink that remembers, for what a source is expected to hand on. */
export function collecting() {
  const configs: AvcConfig[] = [], samples: Sample[] = [], ends: EndCause[] = [], refusals: { reason: string; from: string }[] = []
  const sink: Sink = {
    config: (config) => { configs.push(config) }, sample: (sample) => { samples.push(sample) },
    ended: (cause) => { ends.push(cause) }, refused: (reason, from) => { refusals.push({ reason, from }) },
  }
  return { sink, configs, samples, ends, refusals }
}
export const soon = async (holds: () => boolean, withinMs = 5000): Promise<boolean> => {
  for (const from = performance.now(); performance.now() - from < withinMs;) {
    if (holds()) return true
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return holds()
}

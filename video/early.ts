/** More than this is not kept while the past is put in order: what comes then is a gap. */
const mostBytes = 16 * 2 ** 20, mostWords = 10_000

/** 早到 — what comes before the disk has been looked at: kept in its order up to a bound, and from there on nothing more, so that no hole is in what is kept. */
export type Early = ReturnType<typeof earlyWork>
export function earlyWork() {
  const waiting: (() => void)[] = []
  let bytes = 0, over = false
  return {
    isOver: () => over,
    add(work: () => void, ofBytes: number): void {
      over ||= bytes + ofBytes > mostBytes || waiting.length >= mostWords
      bytes += ofBytes
      if (!over) waiting.push(work)
    },
    do(): void { for (const work of waiting.splice(0)) work() },
  }
}

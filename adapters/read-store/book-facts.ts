import { openFrames, type FramesOptions } from '../book/frames.ts'
import { openReader } from '../book/reader.ts'
import type { FactSource } from './source.ts'

/** The book as a projector reads it: from frames where they are sealed, from its rows where not, and streams always from its rows. */
export function bookFacts(dir: string, options: FramesOptions): FactSource {
  const frames = openFrames(dir, options)
  const book = openReader(dir)
  return {
    read: (after, upTo) => frames.read(after, upTo),
    stream: (name) => book.readStream(name).map(options.parse),
    head: () => book.size(),
    close() { frames.close(); book.close() },
  }
}

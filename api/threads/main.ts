import { bookFacts } from '../../adapters/read-store/book-facts.ts'
import { contexts } from '../../domain/contexts.ts'
import { shapesOf } from '../shapes.ts'

/** 投影线程的根 — the book as the projector's threads read it. `write`: whether frames are sealed on the way; one thread of the house does. */
export const openFacts = (data: unknown) => {
  const { dir, write } = data as { dir: string; write: boolean }
  return bookFacts(dir, { ...shapesOf(contexts), write })
}

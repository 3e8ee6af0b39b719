import { join } from 'node:path'
import Database from 'libsql'
import type { AnyGroup, AnyProjection } from '../../projections/kernel.ts'
import { readServing } from './generations.ts'
import { sameShape, shapeIn, shapeOf } from './rows-file.ts'

/** 已是最新 — every projection has a file of its present shape that has read the book up to `position`: whoever only reads needs nobody to bring it there. */
export function rowsAreCurrent(dir: string, { projections, groups }: { projections: readonly AnyProjection[]; groups: readonly AnyGroup[] }, position: number): boolean {
  const serving = readServing(dir)
  return projections.every((projection) => {
    const file = serving[projection.name]
    if (file === undefined) return false
    const db = new Database(join(dir, file))
    try {
      const [[reached] = []] = db.prepare('SELECT position FROM about').raw().all() as unknown as [number][]
      return reached !== undefined && reached >= position && sameShape(shapeIn(db), shapeOf(projection, groups.filter(({ of }) => of === projection.name)))
    } catch { return false } finally { db.close() }
  })
}

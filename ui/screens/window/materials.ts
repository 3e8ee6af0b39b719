import type { Item } from './asks.ts'

/** 附的文件; its bytes stay in the page until they are kept by the house. */
export type Filed = { key: string; name: string; blob?: string; mediaType?: string; bytes?: number; attached?: true; lost?: true }
/** 清单的一行. */
export type Material = { name: string; required: boolean; kind?: string; copies?: number; blankForm?: string; sampleForm?: string; got: boolean; pages: string; reason: string; basis: string; files: Filed[] }

const pagesOf = (pages: string) => /^\d{1,5}$/.test(pages.trim()) && Number(pages) <= 10_000 ? Number(pages) : undefined
export const badPages = ({ got, pages }: Material) => got && pagesOf(pages) === undefined
export const missing = (materials: readonly Material[]) => materials.filter(({ required, got }) => required && !got)

/** 依据 as a notice writes it. */
export const lawOf = (item: Pick<Item, 'legalBasis'> | undefined) => { const law = item?.legalBasis[0]; return law ? `\u300a${law.statute}\u300b${law.clause}` : '' }

/** 清单 of an item, with the basis of its law before each that may turn out to be missing. */
export function listOf({ materials, legalBasis }: Pick<Item, 'materials' | 'legalBasis'>, reason: string): Material[] {
  const basis = lawOf({ legalBasis })
  return materials.map(({ name, required, kind, copies, blankForm, sampleForm }) => ({ name, required, ...(kind !== undefined && { kind }), ...(copies !== undefined && { copies }),
    ...(blankForm !== undefined && { blankForm }), ...(sampleForm !== undefined && { sampleForm }), got: false, pages: '1', reason, basis, files: [] }))
}
export const receiptOf = (materials: readonly Material[]) => materials.filter(({ got }) => got)
  .map(({ name, pages, files }) => ({ name, pages: pagesOf(pages) ?? 0, ...(files[0]?.blob !== undefined && { blob: files[0].blob }) }))
export const askedOf = (materials: readonly Material[]) => missing(materials).map(({ name, reason, basis }) => ({ material: name, reason: reason.trim(), basis: basis.trim() }))

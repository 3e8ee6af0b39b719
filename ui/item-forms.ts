import type { CaseView } from '../projections/views.ts'
import { isProblem, read } from './client.ts'

/** 空白样表、填写文例 of a material, by what they hash to. */
export type Forms = { blankForm?: string | undefined; sampleForm?: string | undefined }
export const hasForms = ({ blankForm, sampleForm }: Forms) => blankForm !== undefined || sampleForm !== undefined

export const formsPath = (code: string) => `/items/${encodeURIComponent(code)}/forms`
export const draftForm = (code: string) => (blob: string, inline: boolean) => `/api${formsPath(code)}/${blob}${inline ? '?inline=1' : ''}`
export const publicForm = (code: string) => (blob: string, inline: boolean) => `/api/public${formsPath(code)}/${blob}${inline ? '?inline=1' : ''}`

type Guide = { version: number; materials: ({ name: string } & Forms)[] }
const known = new Map<string, Promise<Guide | undefined>>()
/** 样表 of a published version, by material; a version that was published does not change. */
export async function formsIn(code: string, version: number | undefined): Promise<ReadonlyMap<string, Forms>> {
  const key = JSON.stringify([code, version]), before = version === undefined ? undefined : known.get(key)
  const asked = before ?? read<Guide>(`/public/items/${encodeURIComponent(code)}`, { version }).then((answer) => isProblem(answer) ? undefined : answer)
  if (version !== undefined) known.set(key, asked)
  const guide = await asked
  if (!guide) known.delete(key)
  return new Map((guide?.materials ?? []).filter(hasForms).map(({ name, blankForm, sampleForm }) => [name, { blankForm, sampleForm }]))
}
/** The version that a case was accepted under; the newest, until it is. */
export const versionOf = ({ facts }: CaseView) => facts.flatMap(({ data }): number[] => {
  const { itemVersion } = (data['pinned'] ?? {}) as { itemVersion?: unknown }
  return typeof itemVersion === 'number' ? [itemVersion] : []
}).at(-1)

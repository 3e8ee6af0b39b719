import type { CaseView } from '../../../projections/views.ts'
import { read } from '../../client.ts'

export type Why = { code: string; zh: string; en: string }
export type Choice = { value: string | number; name?: string; post?: string; refused?: Why }
export type ActionView = { command: string; as: string; late?: true; choices?: Record<string, Choice[]>; next?: { step: string; people: { person: string; name: string }[] } }
/** 可做之事, as the platform answers it. */
export type CaseActions = {
  id: string; revision: number; step?: string; lateFrom?: string; primary?: ActionView; beside: ActionView[]; refused: (Why & { command: string })[]
  materials: string[]; asked?: string[]; fees: { standardId: string; name: string; amountFen: number }[]; chargedFen: number; attaches: boolean
}
type Opinion = { number: number; step?: string; text: string }
type Dictionary = { entries?: { code: string; zh?: string; name?: string; retired?: boolean }[] }

export const readActions = (id: string) => read<CaseActions>(`/cases/${encodeURIComponent(id)}/actions`)
export const readCase = (id: string) => read<CaseView>(`/cases/${encodeURIComponent(id)}`)
export const readOpinions = () => read<{ rows: Opinion[] }>('/collections/usual-opinions', { order: 'number', limit: 50 })
/** 意见字典 of the house; where there is none, each step has its own usual words. */
export const readDictionary = () => read<{ rows: Dictionary[] }>('/collections/dictionaries', { where: JSON.stringify({ name: 'opinions' }), limit: 1 })
export type Kept = { blob: string; bytes: number; mediaType: string; name: string }
/** 交附件 — looked at and kept first; the case names it afterwards. */
export function handIn(id: string, file: File) {
  const form = new FormData()
  form.append('file', file)
  return read<Kept>(`/cases/${encodeURIComponent(id)}/attachments`, {}, form)
}
export const fileHref = (id: string, blob: string, inline: boolean) => `/api/cases/${encodeURIComponent(id)}/attachments/${encodeURIComponent(blob)}${inline ? '?inline=1' : ''}`

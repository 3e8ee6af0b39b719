import type { AttachmentReference } from '../../domain/cases/needs.ts'
import type { FormsReference } from '../../domain/items/blank-forms.ts'
import type { Reference } from '../../domain/kernel/decider.ts'
import type { Blobs, EventLog } from '../../domain/kernel/ports.ts'
import { keptKind } from './kinds.ts'
import { asking } from './orphan.ts'

/** Under whose key the attachments of a case lie: of whoever applied; of the case itself where no person did. */
export async function subjectOf(book: EventLog, id: string): Promise<string> {
  const told = (await book.readStream(`cases-${id}`)).find(({ type }) => type === 'ApplicationSubmitted')
  return typeof told?.data['applicantId'] === 'string' ? told.data['applicantId'] : `cases-${id}`
}
/** 附件参照 — what is kept for a case of all that a command names, as a decider is told of it. */
export const attachmentsOf = (book: EventLog, blobs: Blobs) => async ({ id, among = [] }: Reference): Promise<AttachmentReference> => {
  const subject = await subjectOf(book, id)
  const found = await Promise.all([...new Set(among)].map(async (blob) => {
    const kept = asking(blobs, subject, `cases-${id}`, blob) ? await blobs.look(subject, `cases-${id}`, blob) : undefined
    return kept ? [{ blob, mediaType: keptKind(kept.head), bytes: kept.bytes }] : []
  }))
  return found.flat()
}

/** Forms belong to nobody: they lie under the item's own key. */
export const formsAt = (code: string) => `items-${code}`
export const isDamaged = (error: unknown) => error instanceof Error && error.name === 'DamagedBlob'
/** 样表参照 — each read whole, one after the other: what is handed out for years is what was handed in. */
export const formsOf = (blobs: Blobs) => async ({ id, among = [] }: Reference): Promise<FormsReference> => {
  const at = formsAt(id), found: FormsReference[number][] = []
  for (const blob of new Set(among)) {
    if (!asking(blobs, at, at, blob)) continue
    try { if (await blobs.open(at, at, blob)) found.push({ blob }) } catch (error) {
      if (!isDamaged(error)) throw error
      found.push({ blob, damaged: true })
    }
  }
  return found
}
/** Facts of a case or an item that refer to a blob, whatever they call it. */
export const referringTo = async (book: EventLog, matter: string, blob: string) =>
  (await book.readStream(matter)).filter(({ data }) => JSON.stringify(data).includes(`"${blob}"`))

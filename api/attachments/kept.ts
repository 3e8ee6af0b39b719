import type { AttachmentReference } from '../../domain/cases/needs.ts'
import type { Reference } from '../../domain/kernel/decider.ts'
import type { Blobs, EventLog } from '../../domain/kernel/ports.ts'
import { keptKind } from './kinds.ts'

/** Under whose key the attachments of a case lie: of whoever applied; of the case itself where no person did. */
export async function subjectOf(book: EventLog, id: string): Promise<string> {
  const told = (await book.readStream(`cases-${id}`)).find(({ type }) => type === 'ApplicationSubmitted')
  return typeof told?.data['applicantId'] === 'string' ? told.data['applicantId'] : `cases-${id}`
}
/** 附件参照 — what is kept for a case of all that a command names, as a decider is told of it. */
export const attachmentsOf = (book: EventLog, blobs: Blobs) => async ({ id, among = [] }: Reference): Promise<AttachmentReference> => {
  const subject = await subjectOf(book, id)
  const found = await Promise.all([...new Set(among)].map(async (blob) => {
    const kept = await blobs.look(subject, `cases-${id}`, blob)
    return kept ? [{ blob, mediaType: keptKind(kept.head), bytes: kept.bytes }] : []
  }))
  return found.flat()
}
/** Facts of a case that refer to a blob, whatever they call it. */
export const referringTo = async (book: EventLog, matter: string, blob: string) =>
  (await book.readStream(matter)).filter(({ data }) => JSON.stringify(data).includes(`"${blob}"`))

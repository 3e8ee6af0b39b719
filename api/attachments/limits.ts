/** 附件限额 — what may come in, of whom and of what: all of it in one place. */
export const usualAttachmentLimits = {
  fileBytes: 20 << 20,
  /** Within 24 hours: tries of whatever kind, and bytes that were kept. Who takes in for others hands in more. */
  personTries: 100, personBytes: 300 << 20, officialTries: 2_000, officialBytes: 4 * 2 ** 30,
  caseFiles: 300, caseBytes: 1 << 30,
  /** Of one person, and of everybody. */
  atOnceOfPerson: 3, atOnce: 8,
  /** Below this the house takes nothing more: the book needs the room. */
  freeBytes: 1 << 30,
  /** What nothing refers to after so long is removed. */
  orphanMs: 24 * 3_600_000, sweepMs: 3_600_000,
  /** A draft that nobody has looked at for so long keeps nothing any more. */
  draftMs: 90 * 24 * 3_600_000,
}
export type AttachmentLimits = typeof usualAttachmentLimits

import type { Meta } from '../domain/kernel/events.ts'
import type { Instant } from '../domain/kernel/values.ts'
import type { CardRemark, CardView } from './views.ts'

/** 牌的一句 — what one fact says of a card, as a role may read it; cards as they stood at any moment are put together from these. `card` tells one of them
    from another and says nothing else. */
export type CardPiece = {
  card: string; meta: Pick<Meta, 'recordedAt' | 'epoch' | 'source'>
  issued?: Omit<CardView, 'state' | 'remarks' | 'revoked'>
  over?: 'revoked' | 'superseded'
  revoked?: NonNullable<CardView['revoked']>
  remark?: CardRemark
}

/** Of the facts that prove it, those that are told by then; without any, none is said. */
export const provedBy = <V extends { evidence?: number[] }>({ evidence, ...view }: V, isTold: (position: number) => boolean) => {
  const told = evidence?.filter(isTold) ?? []
  return { ...view, ...(told.length > 0 && { evidence: told }) } as V
}

function cardOf(said: readonly CardPiece[], isTold: (position: number) => boolean): CardView | undefined {
  // Dealt again after the platform itself had taken it back: what counts is the last word.
  const issued = said.findLast((piece) => piece.issued !== undefined), ended = said.findLast(({ over }) => over !== undefined)
  if (!issued?.issued) return undefined
  const over = ended && said.indexOf(ended) > said.indexOf(issued) ? ended : undefined
  return { ...provedBy(issued.issued, isTold), state: over?.over ?? 'standing', remarks: said.flatMap(({ remark }) => remark ?? []), ...(over?.revoked && { revoked: over.revoked }) }
}

/** 牌 that had become true by then, with all that was said of them. `pieces`: as far as is known. */
export function cardsAt(pieces: readonly CardPiece[], at: Instant, isTold: (position: number) => boolean): CardView[] {
  const said = new Map<string, CardPiece[]>()
  for (const piece of pieces) said.set(piece.card, [...said.get(piece.card) ?? [], piece])
  return [...said.values()].flatMap((of) => cardOf(of, isTold) ?? []).filter(({ becameTrueAt }) => becameTrueAt <= at)
}

const given = (query: Record<string, string | undefined>) => {
  const said = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1])
  return said.length ? `?${new URLSearchParams(said)}` : ''
}
export const cardsHref = (query: Record<string, string | undefined>) => `/cards${given(query)}`
export const cardHref = (key: string) => `/cards/${encodeURIComponent(key)}`
export const receiptHref = (caseId: string, cardId: string) => `/api/cases/${encodeURIComponent(caseId)}/receipt?${new URLSearchParams({ card: cardId })}`

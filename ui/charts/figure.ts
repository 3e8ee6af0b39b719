/** 列 — `href`: where the figure of a row opens, if anywhere; `word`: how it is printed, where that is not as it stands in the file. */
export type Column = { key: string; label: string; numeric?: boolean; href?(row: Row): string | undefined; word?(row: Row): string }
export type Row = Record<string, string | number>
/** 表 — its heads and its lines, as they go into a file. */
export type Table = { columns: readonly Column[]; rows: readonly Row[] }

type Turned = { holds(element: Element): boolean; turn(): void }
const shown = new Set<Turned>()
/** Alt t: the picture that has the focus turns into its table and back; where none has it, all of them do. */
export function alone(figure: Turned): () => void {
  if (shown.size === 0) addEventListener('keydown', pressed)
  shown.add(figure)
  return () => {
    shown.delete(figure)
    if (shown.size === 0) removeEventListener('keydown', pressed)
  }
}
function pressed(event: KeyboardEvent) {
  // Where Alt makes another letter of it, the key is still the same.
  if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== 'KeyT') return
  event.preventDefault()
  const own = document.activeElement && [...shown].find((figure) => figure.holds(document.activeElement!))
  for (const figure of own ? [own] : shown) figure.turn()
}

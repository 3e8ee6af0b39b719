/** 所做与所见 — of one kind of trouble. `wrong`: what must not be, in words. */
export type Outcome = { did: string; found: string; wrong: readonly string[]; cases: number; bad: number }
export type Row = Outcome & { name: string; seconds: number }

const wide = (text: string) => [...text].reduce((sum, letter) => sum + (/[ᄀ-￦]/.test(letter) ? 2 : 1), 0)
export function printed({ name, did, found, wrong, seconds }: Row): string {
  const lines = [`${wrong.length === 0 ? '✓' : '✗'} ${name}${' '.repeat(Math.max(1, 26 - wide(name)))}${did}（${seconds.toFixed(0)} s）`, `${' '.repeat(28)}${found}`]
  for (const what of wrong.slice(0, 12)) lines.push(`${' '.repeat(28)}✗ ${what}`)
  if (wrong.length > 12) lines.push(`${' '.repeat(28)}✗ …${wrong.length - 12}`)
  return lines.join('\n')
}

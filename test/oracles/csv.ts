/** What a spreadsheet makes of a file of lines and commas (RFC 4180): a reader of its own, letter by letter. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = '', quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') { cell += '"'; i++ } else quoted = false
    } else if (c === '"') quoted = true
    else if (c === ',') { rows.at(-1)!.push(cell); cell = '' } else if (c === '\r' && text[i + 1] === '\n') { rows.at(-1)!.push(cell); cell = ''; rows.push([]); i++ } else cell += c
  }
  return rows.slice(0, -1)
}

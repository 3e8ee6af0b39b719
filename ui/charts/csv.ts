import type { Column, Row } from './figure.ts'

/** With what a spreadsheet takes a text for a formula: in either width, and whatever blanks stand before it. */
const formula = /^[\s\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/u
/** A text that a spreadsheet would take for a formula is kept as text; a number is a number. */
const cell = (value: string | number | undefined) => {
  if (typeof value === 'number') return String(value)
  const text = formula.test(value ?? '') ? `'${value}` : value ?? ''
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
/** 表格文件 — as a spreadsheet opens it: with a mark of its encoding, line by line as the table stands. */
export const csvOf = (columns: readonly Column[], rows: readonly Row[]): string =>
  `\ufeff${[columns.map(({ label }) => cell(label)), ...rows.map((row) => columns.map(({ key }) => cell(row[key])))].map((line) => line.join(',')).join('\r\n')}\r\n`

/** What may stand in the name of a file, anywhere. */
const named = (name: string) => name.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '-')
/** Hands a text to whoever reads, as a file. */
export function save(text: string, name: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' })), link = document.createElement('a')
  link.href = href
  link.download = `${named(name.replace(/\.csv$/, ''))}.csv`
  link.click()
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}

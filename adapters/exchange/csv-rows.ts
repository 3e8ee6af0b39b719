import { parse, type CsvError, type Options, type Parser } from 'csv-parse'
import type { Batch } from './history.ts'
import { ImportRefused, RowFault } from './refused.ts'
import type { Profile } from './profile.ts'

/** A cell longer than this is no cell of a register; a row longer than this is most often a quote that is never closed. */
const cellChars = 65_536
const rowBytes = 4 * 1024 * 1024
const columnLimit = 1000

/** CSV in rows, RFC 4180. One batch is what one chunk of the file completes. */
export async function* csvRows(chunks: AsyncIterable<Buffer>, file: string, { csv = {} }: Profile): AsyncGenerator<Batch> {
  const options: Options = { bom: true, delimiter: csv.delimiter ?? ',', quote: csv.quote === '' ? false : csv.quote ?? '"', relax_column_count: true,
    record_delimiter: ['\r\n', '\n'], max_record_size: rowBytes }
  const parser = parse(options)
  parser.on('error', () => {})
  let columns: readonly string[] | undefined, told: typeof columns
  let line = 1
  const isHeaderNew = () => told !== columns && (told = columns, true)
  const batch = (): Batch => {
    const taken: Batch = { columns: columns ?? [], rows: [], lines: [], faults: new Map(), caseOnly: new Set() }
    let cells: string[] | null
    while ((cells = parser.read() as string[] | null) !== null) {
      const begins = line
      line++
      let fault: RowFault | undefined
      for (let place = 0; place < cells.length; place++) {
        const cell = cells[place]!
        for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) line++
        if (cell.length > cellChars) fault ??= new RowFault(columns?.[place] ?? `${place + 1}`, 'too-long', '', String(cellChars))
      }
      const isBlank = cells.length === 1 && cells[0] === ''
      if (!columns) {
        if (!isBlank) taken.columns = columns = headerOf(cells, file, begins)
        continue
      }
      if (isBlank && columns.length > 1) continue
      if (cells.length !== columns.length) {
        const counts = `${cells.length} ≠ ${columns.length}`
        fault = cells.length < columns.length ? new RowFault(columns[cells.length]!, 'too-few-cells', '', counts)
          : new RowFault(columns.at(-1)!, 'too-many-cells', '', counts)
      }
      if (fault) taken.faults.set(taken.rows.length, fault)
      taken.rows.push(cells)
      taken.lines.push(begins)
    }
    if (parser.errored) throw refusal(parser.errored as CsvError, file, line)
    return taken
  }
  try {
    for await (const chunk of chunks) {
      parser.write(chunk)
      const taken = batch()
      // Once even without a row: what the header lacks is said of a file that has nothing else.
      if (taken.rows.length > 0 || isHeaderNew()) yield taken
    }
    const taken = await rest(parser, batch)
    if (!columns) throw new ImportRefused('empty-file', { file }, { zh: '文件没有表头。', en: 'The file has no header.' })
    if (taken.rows.length > 0 || isHeaderNew()) yield taken
  } finally { parser.destroy() }
}

/** The rows that only the end of the file completes. */
async function rest(parser: Parser, batch: () => Batch): Promise<Batch> {
  const last: Batch = { columns: [], rows: [], lines: [], faults: new Map(), caseOnly: new Set() }
  const drain = () => {
    const taken = batch()
    for (const [place, fault] of taken.faults) last.faults.set(last.rows.length + place, fault)
    last.columns = taken.columns
    last.rows = last.rows.concat(taken.rows)
    last.lines = last.lines.concat(taken.lines)
  }
  await new Promise<void>((done, fail) => {
    parser.on('readable', () => { try { drain() } catch (error) { fail(error as Error) } })
    parser.once('end', done)
    parser.once('error', () => done())
    parser.end()
  })
  drain()
  return last
}

function headerOf(cells: readonly string[], file: string, line: number): readonly string[] {
  const twice = cells.find((name, place) => cells.indexOf(name) !== place)
  if (twice !== undefined) throw new ImportRefused('repeated-column', { file, line, field: twice, rule: 'columns-differ' },
    { zh: `表头中“${twice}”出现两次。`, en: `The header has "${twice}" twice.` })
  if (cells.length > columnLimit) throw new ImportRefused('too-many-columns', { file, line, rule: 'columns-at-most' },
    { zh: `表头超过 ${columnLimit} 列。`, en: `The header has more than ${columnLimit} columns.` })
  return cells
}

function refusal(error: CsvError, file: string, line: number): Error {
  const { code } = error
  if (code === 'CSV_MAX_RECORD_SIZE') return new ImportRefused('row-too-long', { file, line, rule: 'row-at-most' }, {
    zh: `自第 ${line} 行起的一行超过 ${rowBytes} 字节，多半是引号没有闭合。`,
    en: `The row that begins on line ${line} is longer than ${rowBytes} bytes; most likely a quote is never closed.` })
  if (code?.includes('QUOTE')) return new ImportRefused('unbalanced-quotes', { file, line, rule: 'quotes-balanced' }, {
    zh: `自第 ${line} 行起的一行引号不配对。若引号只是普通字符，请在映射方案中写 "csv": { "quote": "" }。`,
    en: `The quotes of the row that begins on line ${line} do not match. Where they are plain characters, write "csv": { "quote": "" } in the profile.` })
  return error
}

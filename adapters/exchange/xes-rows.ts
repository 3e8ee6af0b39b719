import { SaxesParser, type SaxesTagPlain } from 'saxes'
import type { Batch } from './history.ts'
import { ImportRefused, RowFault } from './refused.ts'
import type { Profile } from './profile.ts'

/** Nested deeper than this is no log; longer than this without a tag is no text of one. */
const depthLimit = 32
const silentChars = 2 * 1024 * 1024
const valueChars = 65_536
const attributeLimit = 1000
const attributes = new Set(['string', 'date', 'int', 'float', 'boolean', 'id'])

type Element = { row: Map<string, string>; fault?: RowFault | undefined; line: number }

/** XES in rows: one for each event, with the attributes of its trace under `case:` beside its own. `columns` grows as the mapping asks for more. */
export async function* xesRows(chunks: AsyncIterable<Buffer>, file: string, profile: Profile, columns: string[]): AsyncGenerator<Batch> {
  const reading = new XesReading(file, profile, columns)
  let isFirst = true
  for await (const chunk of chunks) {
    let text = chunk.toString('utf8')
    if (isFirst) {
      text = text.replace(/^\uFEFF?\s*/, '')
      checkDeclared(text, file, profile)
      isFirst = false
    }
    reading.write(text)
    const batch = reading.take()
    if (batch.rows.length > 0) yield batch
  }
  reading.close()
  const batch = reading.take()
  if (batch.rows.length > 0) yield batch
}

function checkDeclared(text: string, file: string, { encoding }: Profile) {
  const declared = /^<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']/.exec(text)?.[1]
  if (declared && !encoding && !/^(utf-?8|us-ascii)$/i.test(declared)) throw new ImportRefused('wrong-encoding', { file, line: 1, rule: 'utf-8' },
    { zh: `文件声明的编码是 ${declared}，请另存为 UTF-8 或在映射方案中写 encoding。`,
      en: `The file declares ${declared}; save it as UTF-8, or write encoding in the profile.` })
}

class XesReading {
  private readonly parser = new SaxesParser({ position: true })
  private readonly path: string[] = []
  private readonly file: string
  private readonly prefix: string
  private readonly renamed: Record<string, string>
  private readonly columns: string[]
  private silent = 0
  private trace: Element | undefined
  private event: Element | undefined
  private hasEvents = false
  private batch: Batch

  constructor(file: string, { xes = {} }: Profile, columns: string[]) {
    this.file = file
    this.columns = columns
    this.prefix = xes.tracePrefix ?? 'case:'
    this.renamed = xes.rename ?? {}
    this.batch = this.empty()
    this.parser.on('error', (error) => { throw this.broken(error.message.replace(/^\d+:\d+: |\.$/g, '')) })
    this.parser.on('doctype', () => { throw this.doctype() })
    this.parser.on('opentag', (tag) => this.open(tag as SaxesTagPlain))
    this.parser.on('closetag', () => this.closeTag())
  }
  write(text: string) {
    this.silent += text.length
    // The parser keeps an unfinished DOCTYPE, text or value to itself: refuse it before it has grown.
    if (this.path.length === 0 && /<!DOCTYPE/i.test(text)) throw this.doctype()
    this.parser.write(text)
    if (this.silent <= silentChars) return
    throw this.refusal('text-too-long', `超过 ${silentChars} 个字符没有任何标签`, `More than ${silentChars} characters without a tag`)
  }
  close() { this.parser.close() }
  take(): Batch {
    const taken = this.batch
    this.batch = this.empty()
    return taken
  }
  private empty(): Batch { return { columns: this.columns, rows: [], lines: [], faults: new Map(), caseOnly: new Set() } }
  private refusal(code: string, zh: string, en: string) {
    const { line } = this.parser
    return new ImportRefused(code, { file: this.file, line, rule: code }, { zh: `第 ${line} 行：${zh}。`, en: `Line ${line}: ${en}.` })
  }
  private broken(what: string) { return this.refusal('broken-xml', `XML 有误（${what}）`, `Broken XML (${what})`) }
  private doctype() {
    return this.refusal('doctype', '不接受 DOCTYPE 与实体声明', 'DOCTYPE and entity declarations are not accepted')
  }

  private open(tag: SaxesTagPlain) {
    this.silent = 0
    const name = tag.name.slice(tag.name.indexOf(':') + 1)
    const parent = this.path.at(-1)
    if (parent === undefined && name !== 'log') {
      throw this.refusal('not-xes', `根元素是 <${tag.name}>，不是 XES 的 <log>`, `The root is <${tag.name}>, not the <log> of XES`)
    }
    this.path.push(name)
    if (this.path.length > depthLimit) throw this.refusal('too-deep', `嵌套超过 ${depthLimit} 层`, `Nested deeper than ${depthLimit}`)
    if (name === 'trace' && parent === 'log') {
      this.trace = { row: new Map(), line: this.parser.line }
      this.hasEvents = false
    } else if (name === 'event' && (parent === 'trace' || parent === 'log')) {
      this.event = { row: new Map(), line: this.parser.line }
      this.hasEvents = true
    } else if (attributes.has(name) && parent === 'event' && this.event) this.attribute(this.event, tag, '')
    else if (attributes.has(name) && parent === 'trace' && this.trace) {
      if (this.hasEvents) throw this.refusal('trace-attribute-after-event', '<trace> 的属性必须在事件之前', 'A <trace> must say its attributes before its events')
      this.attribute(this.trace, tag, this.prefix)
    }
  }
  private attribute(of: Element, { attributes: { key, value } }: SaxesTagPlain, prefix: string) {
    if (key === undefined || value === undefined) throw this.refusal('not-xes', '属性缺少 key 或 value', 'An attribute without key or value')
    const column = this.renamed[prefix + key] ?? prefix + key
    if (of.row.has(column)) of.fault ??= new RowFault(column, 'repeated-attribute', column)
    if (value.length > valueChars) of.fault ??= new RowFault(column, 'too-long', '', String(valueChars))
    of.row.set(column, value)
    if (of.row.size > attributeLimit) throw this.refusal('too-many-attributes', `属性超过 ${attributeLimit} 个`, `More than ${attributeLimit} attributes`)
  }
  private closeTag() {
    this.silent = 0
    const name = this.path.pop()
    const parent = this.path.at(-1)
    if (name === 'event' && this.event) {
      this.push(this.event, this.trace)
      this.event = undefined
    } else if (name === 'trace' && parent === 'log' && this.trace) {
      if (!this.hasEvents) this.push(this.trace, undefined, true)
      this.trace = undefined
    }
  }
  private push(of: Element, trace: Element | undefined, isCaseOnly = false) {
    const { rows, lines, faults, caseOnly } = this.batch
    const fault = of.fault ?? trace?.fault
    if (fault) faults.set(rows.length, fault)
    if (isCaseOnly) caseOnly.add(rows.length)
    rows.push(this.columns.map((column) => of.row.get(column) ?? trace?.row.get(column) ?? ''))
    lines.push(of.line)
  }
}

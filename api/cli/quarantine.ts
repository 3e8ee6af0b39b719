import type { QuarantinedRow } from '../../projections/quarantine.ts'
import { isSealed } from '../../domain/kernel/values.ts'
import type { Rooms } from '../rooms.ts'
import { text, type Verb } from './verb.ts'

const openedRaw = async ({ keys }: Rooms, { raw }: QuarantinedRow): Promise<string | undefined> => {
  const plain = isSealed(raw) ? await keys.open(raw) : undefined
  return plain === undefined ? undefined : JSON.parse(plain) as string
}

/** 隔离区 */
export const quarantineVerb: Verb = {
  name: 'quarantine', usage: 'quarantine [--source S] [--batch B] [--raw]', zh: '列出等待更正的行：文件、行号、原因', en: 'Rows that wait for a correction: file, line, reason', positional: [],
  options: {
    source: { type: 'string', zh: '来源', en: 'source' }, batch: { type: 'string', zh: '批次', en: 'batch' },
    raw: { type: 'boolean', zh: '连原文一起（原文平时封存）', en: 'with the raw row, which is sealed otherwise' },
  },
  async run(rooms, said) {
    const source = text(said, 'source'), batch = text(said, 'batch'), waiting: Record<string, unknown>[] = []
    for await (const page of rooms.rows.scan('quarantine')) for (const row of page.map(({ row }) => row as QuarantinedRow)) {
      if (row.settled || (source !== undefined && row.source !== source) || (batch !== undefined && row.batch !== batch)) continue
      const { source: from, batch: of, rowKey, position, field, rule, zh, en } = row
      waiting.push({ source: from, batch: of, ...position, rowKey, field, rule, zh, en, ...(said.options['raw'] && { raw: await openedRaw(rooms, row) }) })
    }
    return { json: { rows: waiting }, text: waiting.length === 0 ? '隔离区是空的' : waiting.map(({ batch, file, line, field, rule, zh, raw }) =>
      `${String(file)}:${String(line)}  ${String(field)}  ${String(rule)}  ${String(zh)}  〔${String(batch)}〕${raw === undefined ? '' : `\n    ${String(raw)}`}`).join('\n') }
  },
}

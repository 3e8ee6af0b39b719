import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isBroken, readHistory, type BrokenRow, type MappedRow } from '../../adapters/exchange/history.ts'
import { factFields } from '../../adapters/exchange/facts.ts'
import { loadProfile, parseProfile, Profile } from '../../adapters/exchange/profile.ts'
import { allRowRules, ImportRefused } from '../../adapters/exchange/refused.ts'

const profileFile = new URL('fixtures/exchange/window.json', import.meta.url).pathname
const raw = JSON.parse(readFileSync(profileFile, 'utf8')) as Record<string, unknown>
let tmpDir = '', profile: Profile, count = 0
beforeAll(async () => {
  tmpDir = mkdtempSync(join(tmpdir(), 'exchange-rows-'))
  profile = await loadProfile(profileFile)
})
afterAll(() => rmSync(tmpDir, { recursive: true }))

const header = '流水号,办件号,事项,部门,环节,时间,经办人,结果,金额,受理时间'
const line = (own: Partial<Record<string, string>> = {}) => header.split(',').map((name) =>
  own[name] ?? { 流水号: '1', 办件号: 'A1', 事项: '建房', 部门: '住建局', 环节: '登记', 时间: '2024-03-05 09:30' }[name] ?? '').join(',')
const written = (content: string | Buffer) => {
  const file = join(tmpDir, `f${count++}`)
  writeFileSync(file, content)
  return file
}
async function read(content: string | Buffer, using: Profile = profile) {
  const mapped: MappedRow[] = [], broken: BrokenRow[] = []
  let sourceEvents = 0
  for await (const window of readHistory(written(content), using, { tmpDir })) {
    for (const row of window.rows) if (isBroken(row)) { broken.push(row); shown.add(row.rule) } else mapped.push(row)
    sourceEvents += window.sourceEvents
  }
  return { mapped, broken, sourceEvents, facts: mapped.flatMap(({ entries }) => entries) }
}
const shown = new Set<string>()
const csv = (...lines: string[]) => [header, ...lines].join('\n')
const refused = async (content: string | Buffer, using: Profile = profile) => {
  const error = await read(content, using).then(() => undefined, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ImportRefused)
  const { code, line: at, field, zh, en } = error as ImportRefused
  expect(zh).toMatch(/[\u4e00-\u9fff]/)
  expect(en).toMatch(/^[A-Z]/)
  return { code, line: at, field, zh, en }
}

describe('坏行 (broken rows)', () => {
  const cases: [title: string, row: string, field: string, rule: string, words: RegExp][] = [
    ['without a case number', line({ 办件号: '' }), '办件号', 'empty', /must not be empty/],
    ['with too long a case number', line({ 办件号: 'A'.repeat(300) }), '办件号', 'too-long', /at most 200/],
    ['without an activity', line({ 环节: '' }), '环节', 'empty', /must not be empty/],
    ['without a time', line({ 时间: '' }), '时间', 'empty', /must not be empty/],
    ['without a key', line({ 流水号: '' }), '流水号', 'empty', /must not be empty/],
    ['on 30 February', line({ 时间: '2024-02-30 09:30' }), '时间', 'not-a-day', /field 时间: "2024-02-30 09:30" is not a day of the calendar/],
    ['at 24:61', line({ 时间: '2024-02-20 24:61' }), '时间', 'not-a-clock-time', /not a time of day/],
    ['with a time in another format', line({ 时间: '5.3.2024' }), '时间', 'not-a-time', /not written as yyyy-MM-dd HH:mm/],
    ['of a department that the dictionary lacks', line({ 部门: '水利局' }), '部门', 'not-in-dictionary', /what stands there is not in the dictionary/],
    ['with a result that is not one', line({ 环节: '审核', 结果: '待定' }), '结果', 'not-allowed', /pass, back/],
    ['with words for an amount', line({ 环节: '补缴', 金额: '三十元' }), '金额', 'not-an-amount', /what stands there is not an amount/],
    ['with three decimals', line({ 环节: '补缴', 金额: '3.125' }), '金额', 'too-many-decimals', /two decimals/],
    ['with more money than there is', line({ 环节: '补缴', 金额: '9'.repeat(20) }), '金额', 'amount-too-large', /too large/],
    ['without the amount that a fact needs', line({ 环节: '补缴' }), '金额', 'empty', /must not be empty/],
    ['with a condition on what is no number', line({ 环节: '收费', 金额: '一千' }), '金额', 'not-a-number', /what stands there is not a number/],
    ['of an activity that nothing is said about', line({ 环节: '喝茶' }), '环节', 'unmapped-activity', /says nothing about this activity: what stands there/],
    ['with too many cells', `${line()},x`, '受理时间', 'too-many-cells', /11 ≠ 10/],
    ['with too few cells', '1,A1,建房', '部门', 'too-few-cells', /3 ≠ 10/],
    ['with a huge cell', line({ 结果: 'x'.repeat(70_000) }), '结果', 'too-long', /at most 65536/],
  ]
  it.each(cases)('a row %s is kept as broken and the rest goes on', async (_, row, field, rule, words) => {
    const { mapped, broken, sourceEvents } = await read(csv(line({ 流水号: '7' }), row, line({ 流水号: '8' })))
    expect(broken).toHaveLength(1)
    expect(broken[0]).toMatchObject({ line: 3, field, rule, en: expect.stringMatching(words) as string, zh: expect.stringContaining(field) as string })
    expect(broken[0]!.rowKey.length).toBeGreaterThan(3)
    // The reason is kept in the clear, the row under seal: what may be a name is not quoted.
    expect(`${broken[0]!.zh}${broken[0]!.en}`).not.toMatch(/水利局|三十元|一千|喝茶|待定/)
    expect([mapped.length, sourceEvents]).toEqual([2, 3])
    expect(mapped.map((own) => own.line)).toEqual([2, 4])
    expect(mapped[1]!.entries[0]!.order).toBe(2)
    expect(JSON.stringify(broken[0]!.raw).length).toBeLessThan(11_000)
  })
  it('a key that comes twice is broken the second time, and says so', async () => {
    const { mapped, broken } = await read(csv(line(), line({ 时间: '2024-03-06 09:30' }), line({ 办件号: 'A2' })))
    expect(mapped.map(({ rowKey }) => rowKey)).toEqual(['A1/1', 'A2/1'])
    expect(broken).toMatchObject([{ line: 3, field: '流水号', rule: 'repeated-key', rowKey: 'A1/1~2' }])
  })
  it('a case attribute that changes is broken; one that is filled in later is told once, with the place of the first row', async () => {
    const at = (own: string, time: string) => line({ 流水号: own, 受理时间: time })
    const { facts, broken } = await read(csv(at('1', ''), at('2', '2024-03-05 10:00'), at('3', ''), at('4', '2024-03-05 10:00'), at('5', '2024-03-06 10:00')))
    expect(facts.filter(({ type }) => type === 'CaseAccepted')).toEqual([
      { key: 'A1#CaseAccepted', type: 'CaseAccepted', data: {}, occurredAt: '2024-03-05T02:00:00.000Z', order: 0 }])
    expect(broken).toMatchObject([{ line: 6, field: '受理时间', rule: 'case-differs', rowKey: 'A1/5' }])
  })
  it('like broken rows have keys of their own, the same in every reading', async () => {
    const keys = async () => (await read(csv('x,y', 'x,y', 'z'))).broken.map(({ rowKey }) => rowKey)
    const first = await keys()
    expect(new Set(first).size).toBe(3)
    expect(await keys()).toEqual(first)
  })
  it('a row that is put right keeps its key', async () => {
    const { broken } = await read(csv(line({ 流水号: '9', 部门: '水利局' }))), { mapped } = await read(csv(line({ 流水号: '9' })))
    expect(broken[0]!.rowKey).toBe(mapped[0]!.rowKey)
  })
  it('an XES event with an attribute twice, and an event outside of a trace', async () => {
    const event = (more: string) => '<event><string key="流水号" value="1"/><string key="环节" value="登记"/>'
      + `<date key="时间" value="2024-03-05T09:30:00+08:00"/>${more}</event>`
    const trace = '<string key="办件号" value="A1"/><string key="事项" value="建房"/><string key="部门" value="住建局"/>'
    const xes = parseProfile({ ...raw, xes: { tracePrefix: '' } }, 'p')
    const inTrace = `${trace}\n${event('')}\n${event('<string key="环节" value="审核"/>')}`
    const { mapped, broken } = await read(`<log xmlns="http://www.xes-standard.org/">\n<trace>${inTrace}</trace>\n${event('')}</log>`, xes)
    expect(mapped).toMatchObject([{ line: 3, caseNo: 'A1', entries: [{ occurredAt: '2024-03-05T01:30:00.000Z' }] }])
    expect(broken).toMatchObject([{ line: 4, rule: 'repeated-attribute', field: '环节' }, { line: 5, rule: 'empty', field: '办件号' }])
  })
  it('an XES date without an offset is refused, and a trace without events still tells of its case', async () => {
    const attributes = (accepted: string) => '<string key="办件号" value="A1"/><string key="事项" value="建房"/><string key="部门" value="住建局"/>'
      + `<date key="受理时间" value="${accepted}"/>`
    const xes = parseProfile({ ...raw, xes: { tracePrefix: '' } }, 'p')
    const good = await read(`<log><trace>${attributes('2024-03-05T09:30:00.5Z')}</trace></log>`, xes)
    expect(good.sourceEvents).toBe(0)
    expect(good.mapped).toMatchObject([{ caseNo: 'A1', rowKey: 'A1', entries: [{ key: 'A1#CaseAccepted', occurredAt: '2024-03-05T09:30:00.500Z' }] }])
    const bad = await read(`<log><trace>${attributes('2024-03-05T09:30:00')}</trace></log>`, xes)
    expect(bad.broken).toMatchObject([{ field: '受理时间', rule: 'no-offset' }])
  })
  it('every rule is shown by some row above', () => { expect([...shown].sort()).toEqual([...allRowRules].sort()) })
})

describe('映射 (mapping)', () => {
  it('takes the first rule that fits, and numbers the second fact of one type by its place in the rule', async () => {
    const withNote = header.concat(',备注')
    const row = (own: string, activity: string, fee: string, note: string) => `${line({ 流水号: own, 环节: activity, 金额: fee, 经办人: '王五' })},${note}`
    const { facts } = await read([withNote, row('1', '收费', '2000', ''), row('2', '收费', '35.0', '含工本费'), row('3', '补缴', '33.6', '')].join('\n'))
    expect(facts.map(({ key, activity, data }) => [key, activity, data])).toEqual([
      ['A1/1#StepCompleted', '收费', { step: '大额收费', by: '王五' }],
      ['A1/2#FeeAssessed', '收费', { effect: 'adds', amountFen: 3500, kind: '工本费', by: '王五' }],
      ['A1/2#FeeAssessed/2', undefined, { effect: 'adds', amountFen: 3500, kind: '收费', by: '王五' }],
      ['A1/2#FeeCharged', undefined, { effect: 'adds', amountFen: 3500, by: '王五' }],
      ['A1/3#FeeAssessed/2', '补缴', { effect: 'adds', amountFen: 3360, kind: '收费', by: '王五' }],
      ['A1/3#FeeCharged', undefined, { effect: 'adds', amountFen: 3360, by: '王五' }]])
  })
  it('makes the same key of a time, however the file writes it', async () => {
    const timed = parseProfile({ ...raw, xes: { tracePrefix: '' }, event: { activity: '环节', at: '时间', key: ['环节', '时间'], countRepeats: true } }, 'p')
    const trace = '<string key="办件号" value="A1"/><string key="事项" value="建房"/><string key="部门" value="住建局"/>'
    const event = '<event><string key="环节" value="登记"/><date key="时间" value="2024-03-05T01:30:00Z"/></event>'
    const fromCsv = await read(csv(line(), line(), line({ 时间: '2024-03-05 09:31' })), timed)
    const fromXes = await read(`<log><trace>${trace}${event}${event}${event.replace('01:30', '01:31')}</trace></log>`, timed)
    const keys = fromCsv.facts.map(({ key }) => key)
    expect(fromXes.facts.map(({ key }) => key)).toEqual(keys)
    expect(keys[1]).toBe(keys[0]!.replace('#', '~2#'))
    expect(new Set(keys).size).toBe(3)
  })
  it('never lets two rows meet in one key, whatever signs they are written with', async () => {
    const { mapped } = await read(csv(line({ 办件号: 'a/b', 流水号: 'c' }), line({ 办件号: 'a', 流水号: 'b/c' }), line({ 办件号: 'a', 流水号: 'b~2' }),
      line({ 办件号: 'a#b', 流水号: 'c' }), line({ 办件号: 'a%2Fb', 流水号: 'c' })))
    expect(new Set(mapped.map(({ rowKey }) => rowKey)).size).toBe(5)
  })
  it('reads GB18030 where the profile says so', async () => {
    const bytes = Buffer.concat([Buffer.from('a,'), Buffer.from([0xb3, 0xc7, 0xb9, 0xdc]), Buffer.from(',2024-03-05 09:30,c,1\n')])
    const gbk = parseProfile({ source: 'gbk', encoding: 'gb18030', hall: { id: 'h', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
      case: { number: 'no', itemCode: { fixed: 'i' }, department: 'department', channel: 'channel' }, event: { activity: 'no', at: 'at', key: ['id'] } }, 'p')
    const { mapped } = await read(Buffer.concat([Buffer.from('no,department,at,channel,id\n'), bytes]), gbk)
    expect(mapped).toMatchObject([{ case: { department: '城管' }, entries: [{ type: 'StepCompleted', data: { step: 'a' } }] }])
    expect(await refused(Buffer.from([0x61, 0x0a, 0xff, 0xff, 0x0a]), gbk)).toMatchObject({ code: 'wrong-encoding' })
  })
  it('reads Windows line ends, a byte order mark, empty lines and quoted line breaks', async () => {
    const { mapped } = await read(`\uFEFF${header}\r\n${line()}\r\n\r\n${line({ 流水号: '2', 结果: '"甲\r\n乙"' })}\r\n${line({ 流水号: '3' })}`)
    expect(mapped.map((row) => [row.line, row.rowKey])).toEqual([[2, 'A1/1'], [4, 'A1/2'], [6, 'A1/3']])
  })
})

describe('拒绝 (files that cannot be read)', () => {
  const good = csv(...Array.from({ length: 5000 }, (_, place) => line({ 流水号: String(place) })))
  const deep = '<trace>'.repeat(100)
  const files: [code: string, content: () => string | Buffer, at: number | undefined][] = [
    ['empty-file', () => '', undefined],
    ['empty-file', () => ' \n\n', undefined],
    ['missing-column', () => '流水号,办件号\n', 1],
    ['repeated-column', () => `${header},部门\n${line()},x`, 1],
    ['too-many-columns', () => Array.from({ length: 1001 }, (_, place) => `c${place}`).join(','), 1],
    ['unbalanced-quotes', () => csv(line(), `"${line()}`, line()), 3],
    ['unbalanced-quotes', () => csv(line(), line({ 结果: 'a"b' })), 3],
    ['row-too-long', () => csv(line(), `"${'x\n'.repeat(3_000_000)}`), 3],
    ['wrong-encoding', () => Buffer.concat([Buffer.from(csv(line(), '1,A1,')), Buffer.from([0xb3, 0xc7, 0xb9, 0xdc])]), 3],
    ['wrong-encoding', () => Buffer.from([0x61, 0x2c, 0xe4, 0xb8]), 1],
    ['wrong-encoding', () => '<?xml version="1.0" encoding="GBK"?><log/>', 1],
    ['truncated-gzip', () => gzipSync(good).subarray(0, -20), undefined],
    ['broken-gzip', () => { const bytes = gzipSync(good); bytes.fill(0x55, 300, 600); return bytes }, undefined],
    ['broken-xml', () => '<log>\n<trace>\n</event></log>', 3],
    ['broken-xml', () => '<log>\n<trace>', 2],
    ['broken-xml', () => '<log><trace><string key="a" value="&lol;"/></trace></log>', 1],
    ['not-xes', () => '<html><body/></html>', 1],
    ['not-xes', () => '<log><trace><string key="a"/></trace></log>', 1],
    ['doctype', () => '<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "b">]><log/>', undefined],
    ['too-deep', () => `<log>${deep}`, 1],
    ['text-too-long', () => `<log><trace>${'a'.repeat(5_000_000)}`, 1],
    ['text-too-long', () => `<log><trace><string key="a" value="${'a'.repeat(5_000_000)}`, 1],
    ['too-many-attributes', () => `<log><trace>${Array.from({ length: 1100 }, (_, place) => `<int key="${place}" value="1"/>`).join('')}`, 1],
    ['trace-attribute-after-event', () => '<log><trace><event/>\n<string key="a" value="b"/></trace></log>', 2],
  ]
  it.each(files)('%s', async (code, content, at) => {
    expect(await refused(content())).toMatchObject(at === undefined ? { code } : { code, line: at })
  })
  it('names the columns that are missing and those that are there', async () => {
    const { field, zh, en } = await refused('流水号,办件号\n1,2\n')
    expect(field).toBe('事项')
    expect(zh).toContain('文件中的列：流水号、办件号')
    expect(en).toContain('The columns of this file: 流水号, 办件号')
  })
  it('no such file, and a folder', async () => {
    const open = async (file: string) => { for await (const _ of readHistory(file, profile, { tmpDir })); }
    await expect(open(join(tmpDir, 'nowhere'))).rejects.toMatchObject({ code: 'no-such-file' })
    await expect(open(tmpDir)).rejects.toMatchObject({ code: 'is-a-directory' })
  })
})

describe('说明 (README)', () => {
  const readme = readFileSync(new URL('../../adapters/exchange/README.md', import.meta.url), 'utf8')
  const block = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)![1]!
  it('its example gives what it says', async () => {
    const { mapped, broken, facts } = await read(block('csv'), parseProfile(JSON.parse(block('json')), 'README.md'))
    expect([mapped.length, broken]).toEqual([4, []])
    expect(facts.map(({ type, activity, data }) => [type, activity, data])).toEqual([
      ['CaseAccepted', undefined, {}],
      ['ApplicationSubmitted', '登记', { itemCode: '建房', department: 'housing', channel: 'window', hall: 'hall-1', by: '王五' }],
      ['MaterialsReceived', undefined, { by: '王五' }],
      ['ReviewCompleted', '审核', { result: 'pass', by: '李四' }],
      ['FeeCharged', '收费', { effect: 'adds', amountFen: 3500, by: '王五' }],
      ['StepCompleted', '现场踏勘', { step: '现场踏勘', by: '李四' }]])
  })
  it('explains every key of a profile and every fact with its fields', () => {
    const keys = Object.entries(Profile.shape).flatMap(([key, inner]) => [key, ...('shape' in inner ? Object.keys(inner.shape as object) : [])])
    for (const key of keys.filter((key) => key !== '$schema')) expect(readme, key).toMatch(new RegExp(`\`[a-zA-Z.]*${key}[\`.]`))
    for (const [fact, fields] of Object.entries(factFields)) {
      const row = readme.split('\n').find((text) => text.startsWith('| `') && text.includes(`\`${fact}\``))
      for (const [field, kind] of Object.entries(fields)) expect(row, fact).toContain(`\`${field}${kind.endsWith('?') ? '?' : ''}\``)
    }
  })
})

describe('映射方案 (profiles)', () => {
  const refusal = (change: Record<string, unknown>) => {
    try { parseProfile({ ...raw, ...change }, 'p.json') } catch (error) { return error as ImportRefused }
    throw new Error('the profile was taken')
  }
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['an unknown key', { colour: 1 }, '', /Unrecognized key: "colour"/],
    ['an unknown zone', { hall: { id: 'x', zone: 'Mars/X' } }, 'hall.zone', /hall.zone: not an IANA time zone/],
    ['an unknown time format', { times: ['yyyy-QQ'] }, 'times.0', /times.0: unknown "QQ"/],
    ['an unknown fact', { facts: [{ gives: [{ fact: 'Nope' }] }] }, 'facts.0.gives.0.fact', /no such fact; one of ApplicationSubmitted/],
    ['a fact without what it must say', { facts: [{ gives: [{ fact: 'NoticeSent' }] }] }, 'facts.0.gives.0.kind', /facts.0.gives.0.kind/],
    ['a fact that says what it cannot', { facts: [{ gives: [{ fact: 'MaterialsReceived', kind: 'a' }] }] }, 'facts.0.gives.0', /Unrecognized key: "kind"/],
    ['a dictionary that is not there', { event: { activity: 'a', at: 'b', key: ['c'], by: { column: 'd', dictionary: 'zz' } } }, 'event.by.dictionary', /no dictionary "zz"/],
    ['a key that may be missing', { optional: ['流水号'] }, 'event.key.0', /a key column cannot be optional/],
    ['a condition that says nothing', { facts: [{ when: [{ column: 'a' }], gives: [{ fact: 'MaterialsReceived' }] }] }, 'facts.0.when.0', /must say something/],
    ['a case fact without a time', { caseFacts: [{ fact: 'MaterialsReceived' }] }, 'caseFacts.0.at', /caseFacts.0.at/],
  ])('with %s is refused, naming the place and the rule in both languages', (_, change, field, en) => {
    const refused = refusal(change)
    expect(refused).toMatchObject({ code: 'profile-wrong', file: 'p.json', field })
    expect(refused.en).toMatch(en)
    expect(refused.zh).toMatch(/映射方案有 \d+ 处错误/)
  })
  it('is refused when it is not JSON, or not there', async () => {
    await expect(loadProfile(written('{"source": '))).rejects.toMatchObject({ code: 'profile-not-json' })
    await expect(loadProfile(join(tmpDir, 'nowhere'))).rejects.toMatchObject({ code: 'no-such-profile' })
  })
})

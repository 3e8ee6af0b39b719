import { basename } from 'node:path'

type Words = { zh: string; en: string }
type Where = { file: string; line?: number | undefined; field?: string | undefined; rule?: string | undefined }

/** 拒绝导入 — the file or the profile as a whole cannot be read; nothing after this point is. */
export class ImportRefused extends Error {
  readonly code: string
  readonly file: string
  readonly line: number | undefined
  readonly field: string | undefined
  readonly rule: string | undefined
  readonly zh: string
  readonly en: string
  constructor(code: string, { file, line, field, rule }: Where, { zh, en }: Words) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${zh} ${en}`)
    this.name = 'ImportRefused'
    this.code = code; this.file = file; this.line = line; this.field = field; this.rule = rule; this.zh = zh; this.en = en
  }
}

export const missingColumns = (file: string, missing: readonly string[], header: readonly string[]) =>
  new ImportRefused('missing-column', { file, line: 1, field: missing[0], rule: 'column-exists' }, {
    zh: `${basename(file)} 缺少映射方案要求的列：${missing.join('、')}。文件中的列：${header.join('、')}。`,
    en: `No column ${missing.join(', ')}, which the profile names. The columns of this file: ${header.join(', ')}.` })

/** The reason of a broken row is kept in the clear, its text is sealed: only what can be nothing but a date, a time or an amount is quoted.
    Eleven digits in a row might be a telephone or somebody's own number. */
const isHarmless = (value: string) => /^[\d\s:.,+\-/TZ]{1,40}$/.test(value) && !/\d{11}/.test(value)

/** 坏行 — why one row cannot be mapped; the row is kept, the rest goes on. */
export class RowFault extends Error {
  readonly field: string
  readonly rule: RowRule
  readonly zh: string
  readonly en: string
  constructor(field: string, rule: RowRule, value: string, more = '') {
    const [zh, en] = rowRules[rule]
    const quoted = isHarmless(value)
    const say = (words: string, shown: string) => words.replace('{value}', () => shown).replace('{more}', () => more)
    const inChinese = say(zh, quoted ? `“${value}”` : '此处内容'), inEnglish = say(en, quoted ? `"${value}"` : 'what stands there')
    super(`${field}: ${inEnglish}`)
    this.field = field; this.rule = rule
    this.zh = `字段 ${field}：${inChinese}`
    this.en = `field ${field}: ${inEnglish}`
  }
}

const rowRules = {
  'empty': ['不能为空', 'must not be empty'],
  'too-long': ['内容过长（上限 {more} 个字符）', 'is too long (at most {more} characters)'],
  'too-few-cells': ['本行列数不足：{more}', 'the row has too few cells: {more}'],
  'too-many-cells': ['本行列数过多：{more}', 'the row has too many cells: {more}'],
  'not-a-time': ['{value}与时间格式 {more} 不符', '{value} is not written as {more}'],
  'not-a-day': ['{value}不是日历上的一天', '{value} is not a day of the calendar'],
  'not-a-clock-time': ['{value}不是一天中的时刻', '{value} is not a time of day'],
  'no-offset': ['{value}缺少时区偏移或偏移无效', '{value} has no valid offset from UTC'],
  'not-an-amount': ['{value}不是金额', '{value} is not an amount of money'],
  'too-many-decimals': ['{value}超过两位小数', '{value} has more than two decimals'],
  'amount-too-large': ['{value}金额过大', '{value} is too large an amount'],
  'not-a-number': ['{value}不是数字', '{value} is not a number'],
  'not-in-dictionary': ['{value}不在字典 {more} 中', '{value} is not in the dictionary {more}'],
  'not-allowed': ['{value}不是允许的取值：{more}', '{value} is not one of {more}'],
  'unmapped-activity': ['映射方案没有说明这个活动：{value}', 'the profile says nothing about this activity: {value}'],
  'repeated-key': ['标识{value}在文件中重复', 'the key {value} occurs twice in this file'],
  'case-differs': ['同一办件的属性前后不一致', 'differs from what an earlier row of this case says'],
  'repeated-attribute': ['同一事件中属性 {value} 出现两次', 'the attribute {value} occurs twice in one event'],
} as const satisfies Record<string, readonly [zh: string, en: string]>
export type RowRule = keyof typeof rowRules
export const allRowRules = Object.keys(rowRules) as RowRule[]

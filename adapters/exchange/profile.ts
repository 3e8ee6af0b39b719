import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { isZone } from '../../domain/kernel/zones.ts'
import { factFields, type FactName, type FieldKind } from './facts.ts'
import { ImportRefused } from './refused.ts'
import { stepsOf } from './times.ts'

const Column = z.string().min(1).max(200).meta({ id: 'Column', description: '列名（CSV 表头；XES 事件属性名，办件属性前加 case:）column name' })
const Formats = z.array(z.string().min(1).max(60).refine((format) => !('zh' in stepsOf(format)),
  { error: ({ input }) => Object.values(stepsOf(String(input))).join(' / ') })).min(1)
  .meta({ id: 'Formats', description: '时间格式，依次尝试；"iso" 或 yyyy MM dd HH mm ss S… XXX，文字放在单引号内 time formats, tried in turn' })

const Read = z.strictObject({
  column: Column,
  dictionary: z.string().optional().describe('按字典换成我们的代码 looked up in this dictionary'),
  none: z.array(z.string()).optional().describe('视为空的写法 values that mean nothing'),
  as: z.enum(['text', 'time']).optional().describe('time：统一写成 UTC 时刻 written as an instant'),
  formats: Formats.optional(),
}).describe('取自一列 read from a column')
const Value = z.union([Column, Read, z.strictObject({ fixed: z.string().min(1) }).describe('固定值 the same for all')])
  .meta({ id: 'Value', description: '列名、取列方式或固定值 a column, a reading of a column, or a fixed value' })
const Time = z.union([Column, z.strictObject({ column: Column, formats: Formats })]).meta({ id: 'Time', description: '时刻所在的列 the column of a time' })
const Texts = z.record(z.string().min(1), Value)

const Condition = z.strictObject({
  column: Column,
  equals: z.string().optional(), in: z.array(z.string()).optional(), notIn: z.array(z.string()).optional(),
  empty: z.literal(true).optional(), notEmpty: z.literal(true).optional(),
  lessThan: z.number().optional(), atMost: z.number().optional(), moreThan: z.number().optional(), atLeast: z.number().optional(),
}).refine((condition) => Object.keys(condition).length > 1, { error: '条件至少要说一样 / a condition must say something' })
  .meta({ id: 'Condition', description: '一列上的条件，所写各项须同时成立 all that is written must hold' })
const When = z.array(Condition).optional()

const kinds = {
  'text': Value, 'text?': Value.optional(), 'time?': Time.optional(), 'texts?': Texts.optional(), 'fen': Column,
  'sets|adds': z.enum(['sets', 'adds']), 'pass|back?': Value.optional(),
} satisfies Record<FieldKind, z.ZodType>
const shared = { when: When, by: Value.optional(), group: Value.optional() }
/** What a profile writes for one fact. In StepCompleted `step` may be left out: it is then the activity. */
const given = (own: z.ZodRawShape) => z.discriminatedUnion('fact', Object.entries(factFields).map(([fact, fields]) =>
  z.strictObject({ fact: z.literal(fact as FactName), ...shared, ...own,
    ...Object.fromEntries(Object.entries(fields).map(([field, kind]) =>
      [field, field === 'step' && !('at' in own) ? Value.optional() : kinds[kind as FieldKind]])) }),
) as unknown as [z.ZodObject<{ fact: z.ZodLiteral<FactName> }>], {
  error: `没有这种事实，可用：${Object.keys(factFields).join('、')} / no such fact; one of ${Object.keys(factFields).join(', ')}` })

/** 映射方案 — how the columns of a foreign log are told as our facts. */
export const Profile = z.strictObject({
  $schema: z.string().optional(),
  source: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/).describe('来源名称 name of the source; part of where a fact comes from'),
  description: z.strictObject({ zh: z.string(), en: z.string() }).optional(),
  hall: z.strictObject({
    id: z.string().min(1).describe('大厅 hall to which the cases belong'),
    zone: z.string().refine(isZone, { error: '不是 IANA 时区 / not an IANA time zone' }).describe('所在时区 IANA zone'),
  }),
  encoding: z.enum(['utf-8', 'gb18030', 'windows-1252']).optional(),
  csv: z.strictObject({
    delimiter: z.string().length(1).optional(),
    quote: z.string().max(1).optional().describe('空串：引号是普通字符 empty: quotes are plain characters'),
  }).optional(),
  xes: z.strictObject({
    tracePrefix: z.string().optional().describe('办件属性名前缀，默认 case: prefix of trace attributes'),
    rename: z.record(z.string(), Column).optional().describe('XES 属性名（含前缀）→ 列名 XES key, prefixed, to column name'),
  }).optional(),
  optional: z.array(Column).optional().describe('可以没有的列 columns that a file may lack'),
  times: Formats,
  dictionaries: z.record(z.string(), z.strictObject({
    entries: z.record(z.string(), z.string()),
    otherwise: z.enum(['keep', 'quarantine']).describe('查不到：原样保留，或作为坏行 not found: keep as is, or a broken row'),
  })).optional(),
  case: z.strictObject({
    number: Column, itemCode: Value, department: Value, channel: Value, responsible: Value.optional(), attributes: Texts.optional(),
  }).describe('办件 what identifies and describes a case'),
  event: z.strictObject({
    activity: Column, at: Time, by: Value.optional(), group: Value.optional(),
    key: z.array(Column).min(1).describe('在一个办件内认出一行的列 columns that tell the rows of a case apart'),
    countRepeats: z.boolean().optional().describe('同样的行按第几次出现区分 like rows are told apart by counting them'),
  }).describe('一行事件 what a row says about its event'),
  caseFacts: z.array(given({ at: Time })).optional().describe('由办件属性得出的事实，每办件一次 facts from case attributes, once a case'),
  facts: z.array(z.strictObject({
    activity: z.union([z.string(), z.array(z.string()).min(1)]).optional(), when: When, gives: z.array(given({})).min(1),
  })).optional().describe('第一条相符的规则生效 the first rule that fits is taken'),
  otherwise: z.enum(['step', 'quarantine']).default('step').describe('没有规则时：记为步骤，或作为坏行 no rule: a step, or a broken row'),
}).superRefine((profile, context) => {
  const dictionaries = profile.dictionaries ?? {}
  const visit = (value: unknown, path: PropertyKey[]) => {
    if (typeof value !== 'object' || value === null) return
    if ('column' in value && 'dictionary' in value && typeof value.dictionary === 'string' && !Object.hasOwn(dictionaries, value.dictionary)) {
      context.addIssue({ code: 'custom', path: [...path, 'dictionary'], message: `没有字典“${value.dictionary}” / no dictionary "${value.dictionary}"` })
    }
    for (const [key, inner] of Object.entries(value)) visit(inner, [...path, Array.isArray(value) ? Number(key) : key])
  }
  for (const part of ['case', 'event', 'caseFacts', 'facts'] as const) visit(profile[part], [part])
  const optional = profile.optional ?? []
  profile.event.key.forEach((column, place) => {
    if (!optional.includes(column)) return
    context.addIssue({ code: 'custom', path: ['event', 'key', place], message: '标识列不能是可有可无的 / a key column cannot be optional' })
  })
  for (const [at, column] of [['case.number', profile.case.number], ['event.activity', profile.event.activity]] as const) {
    if (optional.includes(column)) context.addIssue({ code: 'custom', path: at.split('.'), message: '此列不能是可有可无的 / this column cannot be optional' })
  }
})
export type Profile = z.infer<typeof Profile>
export type ValueSpec = z.infer<typeof Value>
export type TimeSpec = z.infer<typeof Time>
export type ConditionSpec = z.infer<typeof Condition>
/** A fact as a profile writes it: its own fields beside the shared ones, read by `factFields`. */
export type GivenSpec = { fact: FactName; when?: ConditionSpec[]; by?: ValueSpec; group?: ValueSpec; at?: TimeSpec } & Record<string, unknown>

/** The published JSON Schema of a profile. */
export const profileJsonSchema = () => z.toJSONSchema(Profile, { io: 'input' })

/** Reads a profile from a file; throws `ImportRefused` naming the first places that are wrong. */
export async function loadProfile(file: string): Promise<Profile> {
  let text
  try { text = await readFile(file, 'utf8') } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ImportRefused('no-such-profile', { file }, { zh: `映射方案无法读取（${code}）。`, en: `The profile cannot be read (${code}).` })
  }
  let json: unknown
  try { json = JSON.parse(text.replace(/^\uFEFF/, '')) } catch (error) {
    throw new ImportRefused('profile-not-json', { file }, { zh: `映射方案不是 JSON：${String(error)}`, en: `The profile is not JSON: ${String(error)}` })
  }
  return parseProfile(json, file)
}

/** A profile already in memory. */
export function parseProfile(json: unknown, file: string): Profile {
  const parsed = Profile.safeParse(json)
  if (parsed.success) return parsed.data
  const inChinese = Profile.safeParse(json, { error: chinese }).error!
  const en = parsed.error.issues.flatMap((issue) => plainIssues(issue, [])), zh = inChinese.issues.flatMap((issue) => plainIssues(issue, []))
  const list = (issues: Plain[], language: 0 | 1) => issues.slice(0, 5).map(({ path, message }) =>
    `${path.join('.') || '/'}: ${message.split(bothLanguages)[language] ?? message}`).join('; ')
  throw new ImportRefused('profile-wrong', { file, field: en[0]?.path.join('.'), rule: en[0]?.code }, {
    zh: `映射方案有 ${zh.length} 处错误：${list(zh, 0)}。`, en: `The profile is wrong in ${en.length} place(s): ${list(en, 1)}.` })
}
const chinese = z.locales.zhCN().localeError
/** Between the Chinese and the English of our own messages. */
const bothLanguages = ' / '

type Plain = { path: PropertyKey[]; message: string; code: string }
/** Of the shapes that a value may have, the one that it came nearest to speaks. */
function plainIssues(issue: z.core.$ZodIssue, above: PropertyKey[]): Plain[] {
  const path = [...above, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message: issue.message, code: issue.code ?? 'custom' }]
  const deep = (branch: z.core.$ZodIssue[]) => branch.some(({ code, path: at }) => code === 'invalid_type' && at.length === 0) ? 1 : 0
  const nearest = [...issue.errors].sort((a, b) => deep(a) - deep(b) || a.length - b.length)[0]!
  return nearest.flatMap((inner) => plainIssues(inner, path))
}

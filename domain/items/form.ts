import { isOrganisationCode, residentNumber } from '../kernel/numbers.ts'
import { Day } from '../kernel/values.ts'
import type { FormField } from './events.ts'
import { patternTextLength, safePattern } from './pattern.ts'

type Answered = string | number | boolean | readonly string[]
export type Answers = Readonly<Record<string, Answered>>
/** 字典 by id → its codes that are not retired. */
export type Codes = Readonly<Record<string, readonly string[]>>

/** 规则 that an answer can break, as it is told to the one who answers; the label of the field comes before it. */
const words = {
  'no-such-field': ['表单没有这一项', 'is no field of this form'],
  'not-asked-for': ['按前面所填，这一项不用填', 'is not asked for, after what was answered before'],
  missing: ['必填', 'has to be answered'],
  'wrong-kind': ['不是这一项要的类型', 'is not of the kind that is asked for'],
  'no-such-day': ['不是日期，例如 2026-03-02', 'is not a day such as 2026-03-02'],
  'too-small': ['小于下限', 'is less than it may be'],
  'too-large': ['大于上限', 'is more than it may be'],
  'too-long': ['超过字数', 'is longer than it may be'],
  'not-an-option': ['不在选项内', 'is not among the options'],
  'chosen-twice': ['选了两次', 'has one option twice'],
  'other-pattern': ['格式不符', 'does not have the form that is asked for'],
  'no-phone-number': ['不是电话号码', 'is not a telephone number'],
  'no-resident-number': ['不是公民身份号码（校验位或日期不对）', 'is not a resident number: its check digit or date is wrong'],
  'no-organisation-code': ['不是统一社会信用代码（校验位不对）', 'is not an organisation code: its check character is wrong'],
} as const
export type Rule = keyof typeof words
type Fault = { field: string; rule: Rule; zh: string; en: string }

const phone = /^(?:(?:\+?86[- ]?)?1[3-9]\d{9}|0\d{2,3}[- ]?[2-9]\d{6,7}(?:[- ]\d{1,6})?)$/
const isList = (said: Answered): said is readonly string[] => typeof said === 'object'
const isEmpty = (said: Answered | undefined) => said === undefined || (typeof said === 'string' ? said.trim() === '' : isList(said) && said.length === 0)

const within = (value: number, { min, max }: FormField): Rule | undefined => min !== undefined && value < min ? 'too-small' : max !== undefined && value > max ? 'too-large' : undefined
/** Money in cents. */
const number = (said: Answered, field: FormField): Rule | undefined =>
  typeof said !== 'number' || !Number.isFinite(said) || (field.kind === 'money' && (!Number.isSafeInteger(said) || said < 0)) ? 'wrong-kind' : within(said, field)

function text(said: Answered, { kind, maxLength, pattern }: FormField): Rule | undefined {
  if (typeof said !== 'string') return 'wrong-kind'
  const longest = Math.min(maxLength ?? 4000, pattern === undefined ? 4000 : patternTextLength)
  if ([...said].length > longest) return 'too-long'
  if (pattern !== undefined && !safePattern(pattern)?.test(said)) return 'other-pattern'
  switch (kind) {
    case 'date': return Day.safeParse(said).success ? undefined : 'no-such-day'
    case 'phone': return phone.test(said) ? undefined : 'no-phone-number'
    case 'resident-number': return residentNumber(said) === undefined ? 'no-resident-number' : undefined
    case 'organisation-code': return isOrganisationCode(said) ? undefined : 'no-organisation-code'
    default: return undefined
  }
}

function chosen(said: Answered, field: FormField, codes: Codes): Rule | undefined {
  const options = (field.dictionary === undefined ? field.options : Object.hasOwn(codes, field.dictionary) ? codes[field.dictionary] : undefined) ?? []
  if (field.kind === 'choice') return typeof said !== 'string' ? 'wrong-kind' : options.includes(said) ? undefined : 'not-an-option'
  if (!isList(said)) return 'wrong-kind'
  if (!said.every((one) => options.includes(one))) return 'not-an-option'
  return new Set(said).size < said.length ? 'chosen-twice' : within(said.length, field)
}

const brokenBy = (said: Answered, field: FormField, codes: Codes): Rule | undefined => {
  switch (field.kind) {
    case 'number': case 'money': return number(said, field)
    case 'choice': case 'choices': return chosen(said, field, codes)
    case 'yes-no': return typeof said === 'boolean' ? undefined : 'wrong-kind'
    default: return text(said, field)
  }
}

/** Asked for where it has no condition, or where the field of its condition is asked for too and answered so. */
function askedFor(form: readonly FormField[], answers: Answers): Set<string> {
  const asked = new Set<string>()
  for (const { id, when } of form) {
    const said = when && Object.hasOwn(answers, when.field) ? answers[when.field] : undefined
    const so = when && said !== undefined && (isList(said) ? said.some((one) => one === when.is) : said === when.is)
    if (!when || (asked.has(when.field) && so)) asked.add(id)
  }
  return asked
}

/** 填表 — which fields a form asks for after these answers, and what is wrong with them; no fault, and it may be handed in. */
export function answersTo(form: readonly FormField[], answers: Answers, codes: Codes = {}): { asked: string[]; faults: Fault[] } {
  const asked = askedFor(form, answers), fields = new Map(form.map((field) => [field.id, field]))
  const faults: Fault[] = []
  const fault = (field: string, rule: Rule, label = field) => faults.push({ field, rule, zh: `${label}：${words[rule][0]}`, en: `${label} ${words[rule][1]}` })
  for (const field of form) {
    const said = Object.hasOwn(answers, field.id) ? answers[field.id] : undefined
    if (said === undefined || isEmpty(said)) {
      if (field.required && asked.has(field.id)) fault(field.id, 'missing', field.label)
      continue
    }
    const rule = asked.has(field.id) ? brokenBy(said, field, codes) : 'not-asked-for'
    if (rule) fault(field.id, rule, field.label)
  }
  for (const id of Object.keys(answers)) if (!fields.has(id)) fault(id, 'no-such-field')
  return { asked: form.filter(({ id }) => asked.has(id)).map(({ id }) => id), faults }
}

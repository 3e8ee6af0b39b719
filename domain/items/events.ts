import { z } from 'zod'
import { command, event, type CommandOf, type EventOf } from '../kernel/events.ts'
import { Fen } from '../kernel/values.ts'
import { caseTypes, specialProcedures, steps } from '../kernel/vocabulary.ts'

const text = z.string().min(1).max(4000)
const name = z.string().min(1).max(200)
const workingDays = z.int().nonnegative().max(1000)
/** 附件 by reference: what its bytes hash to, never the bytes. */
const reference = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/** 材料 — what has to be handed in; `blankForm` is the empty form, `sampleForm` a filled one. */
const material = z.strictObject({
  name, required: z.boolean().describe('必需'), copies: z.int().positive().max(20).optional().describe('份数'),
  kind: z.enum(['original', 'copy', 'electronic', 'any']).optional().describe('原件或复印件'),
  blankForm: reference.optional().describe('空白样表'), sampleForm: reference.optional().describe('填写文例'),
})
/** 收费 — a fee stands on a law or an administrative regulation, or there is none (行政许可法 58, 59). */
const fee = z.strictObject({ standardId: z.string().min(1).max(64).describe('标准编号'), name, amountFen: Fen.describe('金额（分）'), basis: text.describe('收费依据') })

/** 表单字段 — one item, one form; `when` shows a field only where another has that value. */
const field = z.strictObject({
  id: z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/).describe('字段名'), label: z.string().min(1).max(100).describe('标签'),
  kind: z.enum(['text', 'long-text', 'number', 'date', 'choice', 'choices', 'yes-no', 'phone', 'resident-number', 'organisation-code', 'address', 'money']).describe('类型'),
  required: z.boolean().describe('必填'), options: z.array(z.string().min(1).max(100)).max(200).optional().describe('选项'),
  dictionary: z.string().max(64).optional().describe('字典'), personal: z.boolean().optional().describe('个人信息'),
  min: z.number().optional(), max: z.number().optional(), maxLength: z.int().positive().max(4000).optional(), pattern: z.string().max(200).optional(),
  hint: z.string().max(400).optional().describe('提示'),
  when: z.strictObject({ field: z.string(), is: z.union([z.string(), z.boolean()]) }).optional().describe('显示条件'),
})
export type FormField = z.infer<typeof field>

const item = {
  version: z.int().positive().describe('版本'),
  legalName: name.describe('法定名称'),
  shortName: z.string().min(1).max(60).describe('简称'),
  itemType: z.enum(['licence', 'approval', 'public-service']).describe('事项类型'),
  categories: z.array(z.string().min(1).max(64)).max(20).describe('主题分类'),
  caseType: z.enum(caseTypes).describe('办件类型'),
  department: z.string().min(1).describe('承办部门'),
  statutoryWorkingDays: workingDays.describe('法定期限（工作日）'),
  promisedWorkingDays: workingDays.describe('承诺期限（工作日）'),
  /** 环节时限 — of those steps that have one. */
  stepLimits: z.array(z.strictObject({ step: z.enum(steps), workingDays: workingDays.min(1) })).describe('环节时限'),
  flow: z.array(z.enum(steps)).min(1).describe('环节'),
  /** 一审一核 — who examined does not verify; an item may not switch it off, it says only whether one verifier stands for both review and approval. */
  twoPersonRule: z.boolean().describe('一审一核'),
  officers: z.array(z.string()).min(1).describe('授权人员'),
  specialProcedures: z.array(z.enum(specialProcedures)).describe('特别程序（附加要求）'),
  materials: z.array(material).describe('材料'),
  legalBasis: z.array(z.strictObject({ statute: text, clause: z.string(), text: z.string().max(20_000).optional().describe('条文'), document: reference.optional().describe('电子文本') }))
    .describe('政策依据'),
  fees: z.array(fee).describe('收费标准'),
  form: z.array(field).max(300).describe('表单'),
  /** 辅办 of a joint item, each with the days that it promises the lead. */
  coHandlers: z.array(z.strictObject({ department: z.string().min(1), matter: name, promisedWorkingDays: workingDays, officers: z.array(z.string()).min(1) })).optional().describe('辅办部门'),
  /** 上级机关 of an item that is decided above. */
  superior: z.strictObject({ name, workingDays }).optional().describe('上级机关'),
  /** 最短合理时间 from acceptance to conclusion; faster is not plausible (rule R-13). */
  minimumMinutes: z.int().positive().optional().describe('最短合理时间（分钟）'),
  /** 跑几趟 — how often an applicant has to come, and 有效期 of what they get: two of the guide's four answers. */
  visits: z.int().nonnegative().max(20).optional().describe('到场次数'),
  validity: z.string().min(1).max(60).optional().describe('结果有效期'),
  /** 延续 — a renewal is decided before the licence runs out, or it is deemed renewed (行政许可法 50). */
  renewal: z.boolean().optional().describe('延续事项'),
  /** 有数量限制 — decided in the order of acceptance (行政许可法 57). */
  limitedQuantity: z.boolean().optional().describe('有数量限制'),
}
type Older = { materials: string[]; feeFen: number; legalBasis: unknown }
/** Before, materials were names, there was one fee without a basis, and neither form nor step limits. */
const fromOne = ({ feeFen, materials, ...older }: Older) => ({
  ...older, categories: [], stepLimits: [], twoPersonRule: true, form: [],
  materials: materials.map((name) => ({ name, required: true })),
  fees: feeFen > 0 ? [{ standardId: 'standard', name: '收费', amountFen: feeFen, basis: '收费标准' }] : [],
})

const dictionary = {
  version: z.int().positive().describe('版本'), name,
  entries: z.array(z.strictObject({ code: z.string().min(1).max(64), zh: name, en: z.string().max(200).optional(), retired: z.boolean().optional() })).min(1).max(5000).describe('条目'),
}

/** 提议 — what a department would have published next, whole, and why. Its number counts within the item. */
const number = z.int().positive().describe('提议序号')
const proposed = { ...item, reason: text.describe('理由') }
/** 所据提议, where the version comes of one. */
const publishing = { ...item, proposal: number.optional() }

/** 事项 — each version whole, for a case keeps the one that it was accepted under. 字典 likewise. */
export const itemEvents = { ItemPublished: event(publishing, fromOne), ItemProposed: event({ ...proposed, proposal: number }), DictionaryPublished: event(dictionary) }
export type ItemsEvent = EventOf<typeof itemEvents>
export type ItemEvent = Extract<ItemsEvent, { type: 'ItemPublished' }>
export type ItemProposal = Extract<ItemsEvent, { type: 'ItemProposed' }>
export type DictionaryEvent = Extract<ItemsEvent, { type: 'DictionaryPublished' }>

export const itemCommands = { PublishItem: command(publishing), ProposeItem: command(proposed), PublishDictionary: command(dictionary) }
export type ItemsCommand = CommandOf<typeof itemCommands>
export type ItemCommand = Extract<ItemsCommand, { type: 'PublishItem' | 'ProposeItem' }>
export type DictionaryCommand = Extract<ItemsCommand, { type: 'PublishDictionary' }>
/** 事项 as it is said, whether to be published or proposed. */
export type ItemSaid = z.infer<ReturnType<typeof z.strictObject<typeof item>>>

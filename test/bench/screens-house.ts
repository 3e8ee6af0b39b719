import { cases } from '../../domain/cases/index.ts'
import { items } from '../../domain/items/index.ts'
import { platform } from '../../domain/platform/index.ts'
import type { Actor } from '../../domain/kernel/events.ts'
import { said, type House } from './house.ts'
import { benchZone } from './told.ts'

const department = '市场监督管理局', itemCode = 'MJ-0001'
export const handler = 'p-001'
const clerk: Actor = { person: 'p-002', role: 'window-clerk', department }, by: Actor = { person: handler, role: 'handler', department }

/** 有人在用的一处 — a hall with an item, and what is said there, each by whom it is to say. */
export async function officeOf(house: House) {
  const say = (id: string, type: string, data: Record<string, unknown>, by: Actor, key: string) => said(house, { context: cases, id, key, command: { type, data }, by })
  await said(house, { context: platform, id: 'H-1', key: 'hall', command: { type: 'OpenHall', data: { name: '县政务服务中心', kind: 'hall', zone: benchZone } } })
  await said(house, { context: items, id: itemCode, key: itemCode, command: { type: 'PublishItem', data: { version: 1, legalName: '食品经营许可', shortName: '食品经营许可', itemType: 'licence', caseType: 'PROMISED',
    department, statutoryWorkingDays: 20, promisedWorkingDays: 10, flow: ['handling', 'reviewing'], officers: [handler], specialProcedures: [], materials: [{ name: '申请书', required: true }],
    legalBasis: [{ statute: '行政许可法', clause: '第四十二条' }], categories: [], stepLimits: [], twoPersonRule: true, fees: [], form: [] } } })
  return {
    department,
    submit: (id: string) => say(id, 'SubmitApplication', { itemCode, hall: 'H-1', channel: 'window', applicantId: `a-${id}`, applicantName: '张三丰' }, clerk, 'submit'),
    accept: (id: string) => say(id, 'AcceptCase', {}, by, 'accept'),
    step: (id: string, n: number) => say(id, 'CompleteStep', { number: `s-${n}`, step: `第 ${n} 步：核对材料` }, by, `step ${n}`),
  }
}

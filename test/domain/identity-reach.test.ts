import { describe, expect, it } from 'vitest'
import { mayAct, mayView, type Grant, type Owned } from '../../domain/identity/reach.ts'
import { roles, type Role, type Scope } from '../../domain/kernel/context.ts'

/** A case of 甲局 at hall-1, applied for by q-1 through q-2, its officers o-1 and, of a department beside, o-2. */
const owned: Owned = { department: '甲局', hall: 'hall-1', applicants: ['q-1', 'q-2'], officers: ['o-1', 'o-2'], coDepartments: ['丙局'] }
type Asks = { role: Role; scope: Scope; of?: string; person?: string; department?: string }
type Line = readonly [says: string, asks: Asks, views: boolean, acts: boolean]
/** domain.md K, 查看办件 and what one does in it, line by line: as whom, what it is of, whether one sees it, whether one is heard on it. */
const lines: readonly Line[] = [
  ['申请人 V own, C own: who applied', { role: 'applicant', scope: 'own', person: 'q-1' }, true, true],
  ['申请人: who applied for them', { role: 'applicant', scope: 'own', person: 'q-2' }, true, true],
  ['申请人: somebody else', { role: 'applicant', scope: 'own', person: 'q-3' }, false, false],
  ['申请人: an officer of it is no applicant of it', { role: 'applicant', scope: 'own', person: 'o-1' }, false, false],
  ['窗口 V hall, C on behalf: own hall, whatever the department', { role: 'window-clerk', scope: 'hall', of: 'hall-1', department: '政务服务中心' }, true, true],
  ['窗口: another hall, be it of the same department', { role: 'window-clerk', scope: 'hall', of: 'hall-2', department: '甲局' }, false, false],
  ['窗口: a hall that is not named is none', { role: 'window-clerk', scope: 'hall', department: '甲局' }, false, false],
  ['窗口: a hall named as a department', { role: 'window-clerk', scope: 'department', of: 'hall-1' }, false, false],
  ['承办人 V item, C item: authorised', { role: 'handler', scope: 'own', person: 'o-1', department: '甲局' }, true, true],
  ['承办人: authorised beside', { role: 'handler', scope: 'own', person: 'o-2', department: '丙局' }, true, true],
  ['承办人: a colleague who is not sees nothing, and is heard so that it goes on record (R-12)', { role: 'handler', scope: 'own', person: 'o-9', department: '甲局' }, false, true],
  ['承办人: of a department beside, not authorised', { role: 'handler', scope: 'own', person: 'o-9', department: '丙局' }, false, false],
  ['承办人: of elsewhere', { role: 'handler', scope: 'own', person: 'o-9', department: '乙局' }, false, false],
  ['科室负责人 V dept, A dept', { role: 'section-head', scope: 'department', of: '甲局', department: '甲局' }, true, true],
  ['科室负责人: takes part, decides nothing', { role: 'section-head', scope: 'department', of: '丙局', department: '丙局' }, true, false],
  ['科室负责人: elsewhere', { role: 'section-head', scope: 'department', of: '乙局', department: '甲局' }, false, false],
  ['主管领导 V dept, A dept', { role: 'leader', scope: 'department', of: '甲局' }, true, true],
  ['主管领导: takes part, decides nothing', { role: 'leader', scope: 'department', of: '丙局' }, true, false],
  ['主管领导: elsewhere', { role: 'leader', scope: 'department', of: '乙局' }, false, false],
  ['大厅管理 V hall', { role: 'hall-manager', scope: 'hall', of: 'hall-1' }, true, true],
  ['大厅管理: another hall', { role: 'hall-manager', scope: 'hall', of: 'hall-2' }, false, false],
  ['大厅监控员 V own hall', { role: 'hall-monitor', scope: 'hall', of: 'hall-1' }, true, true],
  ['大厅监控员: another hall', { role: 'hall-monitor', scope: 'hall', of: 'hall-2' }, false, false],
  ['监察员 V region', { role: 'inspector', scope: 'region', department: '监察局' }, true, true],
  ['监察员: own department barred', { role: 'inspector', scope: 'region', department: '甲局' }, false, false],
  ['监察员: not of a department alone', { role: 'inspector', scope: 'department', of: '甲局', department: '监察局' }, false, false],
  ['审计员 V all, own department too', { role: 'auditor', scope: 'region', department: '甲局' }, true, true],
  ['信息公开员 –', { role: 'disclosure-officer', scope: 'region', department: '甲局' }, false, false],
  ['信访/热线员 V linked: nothing is linked', { role: 'complaints-officer', scope: 'region', department: '甲局' }, false, false],
  ['系统管理员 – (no content)', { role: 'system-admin', scope: 'region', department: '甲局' }, false, false],
  ['安全管理员 sees no case', { role: 'security-admin', scope: 'region', department: '甲局' }, false, false],
  ...(['importer', 'exchange-peer', 'camera', 'policy'] as const).map((role): Line => [`${role}: a machine looks at nothing`, { role, scope: 'region', department: '甲局' }, false, false]),
]
const ask = (rule: typeof mayView, { role, scope, of, person = 'x', department = '政务服务中心' }: Asks) => rule({ role, scope, ...(of !== undefined && { of }) } satisfies Grant, { person, department }, owned)

describe('所及', () => {
  it.each(lines)('%s', (_, asks, views, acts) => expect([ask(mayView, asks), ask(mayAct, asks)]).toStrictEqual([views, acts]))
  it('every role has its lines', () => expect([...new Set(lines.map(([, { role }]) => role))].sort()).toStrictEqual([...roles].sort()))
  it('whoever sees nothing is heard on nothing, but for the colleague who is put on record', () => {
    for (const [says, , views, acts] of lines) if (acts && !views) expect(says).toContain('R-12')
  })
})

import type { Grant } from '../../domain/identity/reach.ts'
import type { Role } from '../../domain/kernel/context.ts'
import { catalogue } from '../../domain/supervision/rules/index.ts'
import type { CaseRow } from '../../projections/cases.ts'
import { directory } from '../naming.ts'
import { Unanswerable } from '../problems.ts'
import type { Rooms } from '../rooms.ts'
import { eyesFor, meets, othersThan, sightOf, type Sight, type Where } from './sight.ts'
import { byEyes, caseReaders, type Standing } from './standing.ts'

type Row = Readonly<Record<string, unknown>>
/** 可读部分 — rows that meet `where`, and hold; without the fields that they hide. */
export type Part = { where: Where; holds?: (row: Row, key: string) => boolean | Promise<boolean>; hides?: readonly string[] }
/** Of whoever has the book itself before them. */
export const whole: readonly Part[] = [{ where: {} }]
type Asking = { rooms: Rooms; who: Standing; grant: Grant }
type Shows = (asking: Asking) => Part[] | Promise<Part[]>
/** By role; `everybody`: whoever is signed in. */
type Rule = { by: { [R in Role | 'everybody']?: Shows }; looks?: true }

const all: Shows = () => [{ where: {} }]
const without = (...hides: string[]): Shows => () => [{ where: {}, hides }]
const to = <R extends Role>(roles: readonly R[], shows: Shows) => Object.fromEntries(roles.map((role) => [role, shows])) as { [K in R]: Shows }
const asParts = (sight: Sight, hides?: readonly string[]): Part[] => sight.map(({ within }) => ({
  where: Object.fromEntries(Object.entries(within).map(([field, values]) => [field, { in: values }])), ...(hides && { hides }),
}))
const only = ({ who, grant }: Asking): Standing => ({ ...who, grants: [grant] })

/** 办件行 in one's sight; inner matters are not the applicant's. */
const inSight = (...hides: string[]): Shows => async (asking) => asParts(await sightOf(asking.rooms, only(asking)), hides)
const otherDepartments: Shows = async ({ rooms, who, grant }) => grant.scope === 'region' ? asParts([{ as: grant.role, within: await othersThan(rooms, who.department) }]) : []
const ownDepartment: Shows = ({ grant: { scope, of } }) => scope === 'region' ? [{ where: {} }] : scope === 'department' ? [{ where: {}, holds: (_, key) => key === of }] : []

/** 所知规则 — those that ship, and those of the modules. */
export const rulesKnown = ({ modules = [] }: Rooms) => [...catalogue, ...modules.flatMap(({ rules, patterns }) => [...rules, ...patterns])]
/** Rules whose findings are the inspectors' alone (domain.md D.3); what nobody knows as open is not open. */
export const openRules = (rooms: Rooms): string[] => rulesKnown(rooms).filter(({ confidential }) => confidential !== true).map(({ id }) => id)
/** 牌 of what one may see: a case in one's sight, oneself or one's officers, one's department. */
function ofSubjects(confidentialToo: boolean): Shows {
  return async (asking) => {
    const { rooms, who, grant } = asking, sight = await sightOf(rooms, only(asking)), oversees = grant.role === 'inspector' || grant.role === 'auditor'
    const reaches = (department: string) => oversees ? grant.scope === 'region' && (grant.role === 'auditor' || department !== who.department)
      : ['section-head', 'leader'].includes(grant.role) && (grant.scope === 'region' || (grant.scope === 'department' && department === grant.of))
    return [{ where: confidentialToo ? {} : { ruleId: { in: openRules(rooms) } }, async holds({ subject }) {
      const [, kind, id = ''] = /^(\w+)\.(.*)$/s.exec(String(subject)) ?? []
      if (kind === 'cases') {
        const row = (await rooms.rows.get('cases', id) ?? await rooms.rows.get('cases', id.replace(/#\d+$/, ''))) as CaseRow | undefined
        return row !== undefined && eyesFor(sight, row) !== undefined
      }
      if (kind === 'departments') return reaches(id)
      if (kind !== 'officers') return oversees
      const officer = (await directory(rooms)).people.find(({ person }) => person === id)
      return officer !== undefined && ((grant.role === 'handler' && id === who.person) || reaches(officer.department))
    } }]
  }
}
/** What a card is dealt over, and what was said of it. */
const saidOfIt = ['appeal', 'stay', 'correction', 'confirmed', 'sanctions', 'revoked', 'superseded', 'earlier', 'notified', 'ledger', 'evidence', 'params', 'because',
  'clause', 'clock', 'dueOn']
const technical = ['SignInLocked', 'SignInUnlocked', 'SessionStarted', 'SessionEnded', 'CredentialSet']

const worksIn = async (rooms: Rooms, person: unknown) => (await directory(rooms)).people.find((one) => one.person === person)?.department
/** 外出 of colleagues, whose reason is not theirs to know. */
const colleagues: Shows = ({ rooms, who }) => [{ where: { person: { in: [who.person] } } },
  { where: {}, async holds({ person }) { return await worksIn(rooms, person) === who.department }, hides: ['reason'] }]
/** Of whoever they answer for, or oversee. */
const ofTheirs: Shows = ({ rooms, who, grant: { role, scope, of } }) => [{ where: { person: { in: [who.person] } } }, { where: {}, async holds({ person }) {
  const department = await worksIn(rooms, person)
  return department !== undefined && (scope === 'region' ? role !== 'inspector' || department !== who.department : scope === 'department' && department === of)
} }]

const ofHall = (...hides: string[]): Shows => ({ grant: { scope, of } }) => scope === 'region' ? [{ where: {}, hides }] : of === undefined ? [] : [{ where: { hall: { in: [of] } }, hides }]
/** What is about a camera or a case of one's hall. */
const footageOfHall: Shows = ({ rooms, grant: { scope, of } }) => [{ where: {}, async holds({ camera, case: about }) {
  if (scope === 'region') return true
  const row = camera !== undefined ? await rooms.rows.get('cameras', String(camera)) : await rooms.rows.get('cases', String(about))
  return row?.['hall'] === of
} }]

/** 各集合何人可读 (domain.md K). What is not in this table is nobody's. */
export const collections: Readonly<Record<string, Rule>> = {
  cases: { looks: true, by: { ...to(caseReaders, inSight()), applicant: inSight('responsible', 'holder', 'acceptedBy') } },
  // 路径: what the process map is made of; nobody reads it row by row.
  'case-paths': { by: {} },
  'case-timelines': { looks: true, by: { inspector: otherDepartments, auditor: all } },
  // 发牌：handlers, heads, leaders and hall managers see what is dealt to theirs, 监 and 审计 all of it, administrators that it is dealt.
  cards: { looks: true, by: { ...to(['handler', 'section-head', 'leader', 'hall-manager'], ofSubjects(false)), inspector: ofSubjects(true), auditor: all,
    'system-admin': ({ rooms }) => [{ where: { ruleId: { in: openRules(rooms) } }, hides: saidOfIt }] } },
  // 统计
  activities: { by: to(['inspector', 'disclosure-officer', 'complaints-officer', 'auditor'], all) },
  'department-load': { by: { ...to(['inspector', 'disclosure-officer', 'complaints-officer', 'auditor'], all), ...to(['section-head', 'leader'], ownDepartment) } },
  // 事项库：what may be applied for is everybody's to know; who is authorised for it is the staff's.
  items: { by: { everybody: without('officers', 'coHandlers'), ...to(['window-clerk', 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'system-admin', 'auditor'], all) } },
  'item-proposals': { by: to(['handler', 'section-head', 'hall-manager', 'inspector', 'system-admin', 'auditor'], all) },
  dictionaries: { by: { everybody: all } },
  halls: { by: { everybody: all } },
  // 文书模板：who changed the words of a notice, and why, is for those who answer for them; the words themselves stand on the notice.
  'notice-templates': { by: to(['hall-manager', 'system-admin', 'inspector', 'auditor'], all) },
  organisations: { by: { everybody: all } },
  // 工作台：opinions are one's own; who is away is known in the department, and why by themselves and whoever heads it.
  'usual-opinions': { by: to(['window-clerk', 'handler', 'section-head', 'leader'], ({ who }) => [{ where: { person: { in: [who.person] } } }]) },
  absences: { by: { ...to(['window-clerk', 'handler', 'hall-manager'], colleagues), ...to(['section-head', 'leader', 'inspector'], ofTheirs), auditor: all } },
  // 用户、角色、钥匙
  people: { by: to(['inspector', 'system-admin', 'security-admin', 'auditor'], all) },
  applicants: { looks: true, by: to(['inspector', 'system-admin', 'security-admin', 'auditor'], all) },
  keys: { by: to(['inspector', 'security-admin', 'auditor'], all) },
  // 审计日志：of the technical administrator, that people came and went.
  'access-log': { by: { ...to(['inspector', 'auditor'], all), 'system-admin': () => [{ where: { kind: { in: technical } } }] } },
  // who looked: at what, of other departments' people for an inspector, whose own are the auditor's; everybody's own is told elsewhere.
  looks: { looks: true, by: { auditor: all, inspector: ({ who, grant }) => grant.scope === 'region' ? [{ where: {}, holds: ({ department }) => department !== who.department }] : [] } },
  // 删除 is decided by the security administrator; whoever asked for it reads it where their own data is.
  erasures: { by: to(['security-admin', 'auditor'], all) },
  // whose turn it is, folded for the desks alone; each is answered of its own there.
  desk: { by: {} },
  // 视频：where cameras hang is for those who watch and those who look after them; what opens their door is nobody's. What is held and handed out, of one's hall.
  cameras: { by: { ...to(['system-admin', 'inspector', 'auditor'], without('keyHash')), ...to(['hall-monitor', 'hall-manager'], ofHall('keyHash', 'source')) } },
  holds: { by: { ...to(['inspector', 'auditor'], all), 'hall-monitor': footageOfHall } },
  'footage-exports': { by: { ...to(['inspector', 'auditor'], all), 'hall-monitor': footageOfHall } },
  'footage-hours': { by: {} }, 'footage-moments': { by: {} }, 'footage-seats': { by: {} },
  quarantine: { looks: true, by: { ...to(['inspector', 'auditor'], all), 'system-admin': without('raw') } },
}

/** 某集合可读的部分 — of all that one's grants show, in the eyes that see the most first; refused where none does. */
export async function partsOf(rooms: Rooms, who: Standing, collection: string): Promise<readonly Part[]> {
  const rule = Object.hasOwn(collections, collection) ? collections[collection] : undefined, { everybody } = rule?.by ?? {}
  const found = await Promise.all([...who.grants].sort(byEyes).map(async (grant) => (rule?.by[grant.role] ?? everybody)?.({ rooms, who, grant })))
  if (found.every((parts) => parts === undefined)) throw new Unanswerable(403, 'not-granted', '您的角色不能这样做', 'Your role does not allow this')
  return found.flatMap((parts) => parts ?? [])
}
/** 涉及个人 — rows of persons' matters, for which a purpose is stated first. */
export const isLook = (collection: string) => Object.hasOwn(collections, collection) && collections[collection]!.looks === true
/** All rows are in it. */
export const isUnbounded = ({ where, holds }: Part) => holds === undefined && Object.keys(where).length === 0
const meetsAll = (row: Row, where: Where) => Object.entries(where).every(([field, condition]) => typeof row[field] === 'string' && meets(condition, row[field]))
/** A row as somebody may see it, by the first of their parts that it is in; nothing where it is in none. */
export async function seenIn(parts: readonly Part[], row: Row, key: string): Promise<Row | undefined> {
  for (const { where, holds, hides } of parts) if (meetsAll(row, where) && (holds === undefined || await holds(row, key)))
    return hides ? Object.fromEntries(Object.entries(row).filter(([field]) => !hides.includes(field))) : row
  return undefined
}

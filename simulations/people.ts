import type { Role } from '../domain/kernel/context.ts'
import { centre, departments, halls, inspectorate } from './places.ts'

/** `mayHandle: false`: enrolled as a handler, and authorised for no item. */
export type Person = {
  person: string; name: string; department: string; post: string; roles: readonly [Role, ...Role[]]; hall?: string; mayHandle?: false
}

const clerk = (hall: string, window: number, person: string, name: string): Person =>
  ({ person, name, department: centre, post: `${window} 号窗口`, roles: ['window-clerk'], hall })
/** 大厅监控员 — one in every hall. */
const monitor = (hall: string, person: string, name: string): Person => ({ person, name, department: centre, post: '大厅监控', roles: ['hall-monitor'], hall })
const bureau = (name: string, people: readonly (readonly [post: string, person: string, name: string, ...roles: [Role, ...Role[]]])[]): Person[] => {
  if (!departments.some((department) => department.name === name)) throw new Error(`no such department: ${name}`)
  return people.map(([post, person, who, ...roles]) => ({ person, name: who, department: name, post, roles }))
}

/** 人员 — everybody who works in the county; all made up. */
export const people: readonly Person[] = [
  { person: 'chen-jingzhi', name: '陈敬之', department: inspectorate, post: '县监察员', roles: ['inspector'] },
  { person: 'fu-heng', name: '傅衡', department: inspectorate, post: '县监察员', roles: ['inspector'] },
  { person: 'he-zhen', name: '贺珍', department: centre, post: '大厅管理', roles: ['hall-manager'], hall: 'mingjing' },
  { person: 'kang-lin', name: '康琳', department: centre, post: '大厅监控', roles: ['hall-monitor'], hall: 'mingjing' },
  { person: 'nie-chuan', name: '聂川', department: centre, post: '系统管理', roles: ['system-admin'] },
  { person: 'ge-wen', name: '葛雯', department: inspectorate, post: '审计', roles: ['auditor'] },

  clerk('mingjing', 7, 'jiang-xiaolan', '江晓岚'), clerk('mingjing', 3, 'lv-an', '吕安'), clerk('mingjing', 9, 'tan-yu', '谭玉'),
  clerk('mingjing', 15, 'zhai-ning', '翟宁'), clerk('mingjing', 5, 'mi-le', '米乐'), clerk('mingjing', 12, 'bao-rui', '鲍芮'),
  clerk('realty', 1, 'dong-qi', '董琪'), clerk('realty', 2, 'xie-fan', '谢帆'), 
  clerk('vehicles', 1, 'long-yue', '龙悦'), clerk('vehicles', 2, 'pei-jun', '裴骏'),
  clerk('qingshi', 1, 'shi-lan', '石岚'), clerk('yunqi', 2, 'yun-zhou', '云舟'), clerk('baiyang', 1, 'bai-luo', '白珞'), clerk('nandu', 1, 'nan-ke', '南柯'),
  clerk('shimen', 1, 'men-jia', '门佳'), clerk('liulin', 1, 'liu-yi', '柳依'), clerk('gaoqiao', 1, 'gao-qi', '高琦'), clerk('qingxi', 1, 'qin-shu', '秦舒'),
  clerk('wangcheng', 1, 'wang-ce', '汪策'), clerk('songping', 1, 'song-ran', '宋冉'),

  ...bureau('自然资源和规划局', [['规划科', 'xu-wang', '许望', 'handler'], ['规划科副科长', 'fang-yan', '方砚', 'handler', 'section-head'],
    ['不动产登记科', 'lin-xi', '林汐', 'handler'], ['规划科科长', 'cao-ting', '曹汀', 'section-head'], ['副局长', 'jia-yuan', '贾原', 'leader']]),
  ...bureau('住房和城乡建设局', [['建管科', 'gao-yan', '高彦', 'handler'], ['建管科副科长', 'ji-ming', '季明', 'handler', 'section-head'],
    ['建管科科长', 'wei-song', '魏嵩', 'section-head'], ['副局长', 'kong-xiu', '孔修', 'leader']]),
  { person: 'jian-zhi', name: '简直', department: '住房和城乡建设局', post: '见习', roles: ['handler'], mayHandle: false },
  ...bureau('卫生健康局', [['卫生监督科', 'lu-mingyuan', '陆明远', 'handler'], ['卫生监督科', 'zhu-qing', '祝青', 'handler'],
    ['卫生监督科科长', 'tang-shuyi', '唐书仪', 'section-head'], ['副局长', 'shen-wei', '沈维', 'leader']]),
  ...bureau('市场监督管理局', [['登记科', 'qiao-mu', '乔木', 'handler'], ['登记科', 'yan-bei', '颜蓓', 'handler'], ['食品科', 'luo-he', '罗禾', 'handler'],
    ['登记科科长', 'meng-fei', '孟斐', 'section-head'], ['副局长', 'hao-ran', '郝然', 'leader']]),
  ...bureau('人力资源和社会保障局', [['社保科', 'tao-ran', '陶苒', 'handler'], ['就业科', 'gu-sheng', '顾笙', 'handler'],
    ['社保科科长', 'du-heng', '杜蘅', 'section-head'], ['副局长', 'jin-cheng', '金澄', 'leader']]),
  ...bureau('公安局', [['治安大队', 'lei-ting', '雷霆', 'handler'], ['车管所', 'xia-chu', '夏初', 'handler'],
    ['治安大队教导员', 'yu-zheng', '于铮', 'section-head'], ['副局长', 'wu-yue', '武岳', 'leader']]),
  ...bureau('民政局', [['社会救助科', 'su-he', '苏和', 'handler'], ['社会救助科科长', 'dai-min', '戴敏', 'section-head'], ['副局长', 'lan-zhi', '兰芷', 'leader']]),
  ...bureau('交通运输局', [['运管科', 'che-qian', '车骞', 'handler'], ['运管科科长', 'lu-tu', '路途', 'section-head', 'leader']]),
  ...bureau('农业农村局', [['畜牧科', 'mu-tian', '穆田', 'handler'], ['畜牧科科长', 'he-sui', '何穗', 'section-head', 'leader'],
    ['总畜牧师', 'niu-geng', '牛耕', 'handler', 'leader']]),
  ...bureau('教育局', [['人事科', 'wen-ru', '文茹', 'handler'], ['人事科科长', 'kong-yi', '孔仪', 'section-head', 'leader']]),
  ...bureau('应急管理局', [['危化科', 'ma-jing', '马竞', 'handler'], ['危化科科长', 'an-ping', '安平', 'section-head', 'leader']]),
  ...bureau('水利局', [['水政科', 'fei-qing', '费青', 'handler'], ['水政科科长', 'jiang-liu', '蒋流', 'section-head'], ['副局长', 'chi-ming', '迟明', 'leader']]),
  ...bureau('文化和旅游局', [['市场科', 'yue-ming', '岳茗', 'handler'], ['市场科科长', 'hua-zhang', '华章', 'section-head', 'leader']]),
  ...bureau('林业局', [['林政科', 'sen-mu', '森牧', 'handler'], ['林政科科长', 'bo-qiao', '柏乔', 'section-head', 'leader']]),
  { person: 'min-yue', name: '闵岳', department: centre, post: '安全管理', roles: ['security-admin'] },
  // Who came last sits last: a seat is known by its place in this list.
  monitor('realty', 'kuang-yi', '邝仪'), monitor('vehicles', 'zou-lan', '邹岚'), monitor('qingshi', 'qing-mo', '青墨'), monitor('yunqi', 'yun-shu', '云舒'),
  monitor('baiyang', 'bai-lu', '白鹭'), monitor('nandu', 'nan-xing', '南星'), monitor('shimen', 'shi-yan', '石砚'), monitor('liulin', 'liu-qing', '柳青'),
  monitor('gaoqiao', 'gao-yuan', '高原'), monitor('qingxi', 'xi-he', '溪禾'), monitor('wangcheng', 'wang-shu', '望舒'), monitor('songping', 'song-ping', '宋平'),
]

const serving = (role: Role, department: string) => people.filter((it) => it.department === department && it.roles.includes(role))
/** 授权承办人 of a department. */
export const handlersOf = (department: string) => serving('handler', department).filter(({ mayHandle }) => mayHandle !== false)
/** 审核人 — those who handle nothing themselves, so that two persons always meet a case. */
export const reviewersOf = (department: string) => serving('section-head', department).filter(({ roles }) => !roles.includes('handler'))
export const approversOf = (department: string) => serving('leader', department)
export const clerksAt = (hall: string) => people.filter((it) => it.hall === hall && it.roles.includes('window-clerk'))
export const hallManager = people.find(({ roles }) => roles.includes('hall-manager'))!
export const administrator = people.find(({ roles }) => roles.includes('system-admin'))!
export const securityAdministrator = people.find(({ roles }) => roles.includes('security-admin'))!
/** 三员 — enrolled by the house itself, and everybody else by them. */
export const isFounding = ({ roles }: Person) => roles.some((role) => ['system-admin', 'security-admin', 'auditor'].includes(role))

/** 品行 — honest where nothing is said; the slow take what their department takes, the sloppy come close to what is forbidden, the cheating do it. */
export type Manner = 'honest' | 'sloppy' | 'cheating'
const manners: Readonly<Record<string, Manner>> = {
  'fang-yan': 'cheating', 'lin-xi': 'cheating', 'gao-yan': 'cheating', 'ji-ming': 'cheating', 'luo-he': 'cheating', 'gu-sheng': 'cheating', 'ma-jing': 'cheating',
  'yue-ming': 'cheating', 'niu-geng': 'cheating', 'fei-qing': 'cheating', 'dong-qi': 'cheating', 'bai-luo': 'cheating', 'tan-yu': 'cheating',
  'xu-wang': 'sloppy', 'qiao-mu': 'sloppy', 'zhu-qing': 'sloppy', 'tao-ran': 'sloppy', 'su-he': 'sloppy', 'mu-tian': 'sloppy', 'xie-fan': 'sloppy', 'shi-lan': 'sloppy', 'mi-le': 'sloppy',
}
export const mannerOf = ({ person }: Person): Manner => manners[person] ?? 'honest'

/** 座位 — the machine at which each of them always sits, and the key that each of them always uses. */
const seats = new Map(people.map(({ person, department, hall, post }, i) => {
  const window = hall !== undefined && /^\d+/.exec(post)?.[0]
  return [person, { terminal: window ? `${hall}-w${window}` : `${departments.find(({ name }) => name === department)?.prefix ?? 'ZX'}-d${i}`, key: `uk-${990100 + i}` }] as const
}))
type Seat = { terminal: string; key: string }
export const seatOf = ({ person }: Person): Seat => seats.get(person)!
/** 在某岗位上 — as the actor of a command, at one's own seat. */
export const acting = (who: Person, role: Role = who.roles[0]) => ({ person: who.person, role, department: who.department, ...seatOf(who) })
for (const { hall } of halls) if (clerksAt(hall).length === 0) throw new Error(`nobody sits at ${hall}`)

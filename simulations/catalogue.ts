import type { CaseType, SpecialProcedure, Step } from '../domain/kernel/vocabulary.ts'
import type { ApplicantKind } from './applicants.ts'

/** 收费 by law or administrative regulation, and by nothing else. */
type Charge = { standardId: string; name: string; amountFen: number; basis: string }

export type Matter = {
  code: string; legalName: string; shortName: string; department: string
  itemType: 'licence' | 'approval' | 'public-service'; caseType: CaseType
  statutoryWorkingDays: number; promisedWorkingDays: number
  /** The promise before the newest version, where there was one. */
  formerlyWorkingDays?: number
  flow: readonly Step[]; specialProcedures: readonly SpecialProcedure[]
  /** Two officers go and look. */
  visited: boolean
  where: 'anywhere' | 'county' | 'realty' | 'vehicles'
  applicant: ApplicantKind; weight: number; fees: readonly Charge[]
  /** 主题分类 */
  categories: readonly string[]
  materials: readonly string[]; statute: string; clause: string
  /** 辅办 of a joint item, 上级机关 of one that is decided above. */
  coHandlers: readonly CoHandler[]; superior: { name: string; workingDays: number } | undefined
  /** 延续 of a licence that runs out. */
  renewal: boolean
  /** 利害关系人 are told of an application that touches their interests. */
  thirdParties: boolean
}
export type CoHandler = { department: string; matter: string; promisedWorkingDays: number }
type Row = Partial<Pick<Matter, 'itemType' | 'formerlyWorkingDays' | 'specialProcedures' | 'visited' | 'where' | 'fees' | 'shortName' | 'coHandlers' | 'superior' | 'renewal' | 'thirdParties'>> & {
  no: string; name: string
  /** Statutory and promised working days; a promise of 0 makes an 即办件. */
  days: readonly [statutory: number, promised: number]
  flow?: '承' | '审' | '批'; by: ApplicantKind; weight: number; needs: string; law: readonly [statute: string, clause: string]
}
const flows = { 承: ['handling'], 审: ['handling', 'reviewing'], 批: ['handling', 'reviewing', 'approving'] } as const
const co = (department: string, matter: string, promisedWorkingDays: number): CoHandler => ({ department, matter, promisedWorkingDays })
const typeOf = (promised: number, { coHandlers = [], superior }: Pick<Row, 'coHandlers' | 'superior'>): CaseType =>
  coHandlers.length > 0 ? 'JOINT' : superior ? 'REPORTED_UP' : promised === 0 ? 'IMMEDIATE' : 'PROMISED'
const charge = (standardId: string, name: string, yuan: number, basis: string): Charge => ({ standardId, name, amountFen: yuan * 100, basis })
const registration = charge('BDC-01', '不动产登记费', 80, '民法典第二百二十三条')
const of = (department: string, prefix: string, theme: string, rows: readonly Row[]): Matter[] => rows.map((row) => {
  const { no, name, days: [statutory, promised], flow = '审', by, weight, needs, law, ...also } = row
  return {
    itemType: 'licence', specialProcedures: [], visited: false, where: 'county', fees: [], coHandlers: [], superior: undefined, renewal: false, thirdParties: false, shortName: name, categories: [by === 'person' ? '个人服务' : '法人服务', theme], ...also,
    code: `MJ-${prefix}-${no}`, legalName: name, department, caseType: typeOf(promised, also), statutoryWorkingDays: statutory,
    promisedWorkingDays: promised, flow: flows[flow], applicant: by, weight, materials: needs.split('、'), statute: law[0], clause: law[1],
  }
})

/** 事项 — limits, materials and clauses look real and were chosen for flavour; no office should copy them. */
export const catalogue: readonly Matter[] = [
  ...of('卫生健康局', 'WJ', '医疗卫生', [
    { no: '0114', name: '公共场所卫生许可（新办）', shortName: '公共场所卫生许可', days: [20, 10], formerlyWorkingDays: 15, flow: '批', by: 'venue',
      weight: 22, visited: true, specialProcedures: ['test'], where: 'anywhere', needs: '许可申请书、场所产权证明或租赁合同、平面布局图、卫生管理制度、从业人员健康证明', law: ['公共场所卫生管理条例', '第四条、第八条'] },
    { no: '0115', name: '公共场所卫生许可（延续）', renewal: true, days: [20, 7], by: 'venue', weight: 14, visited: true, where: 'anywhere',
      needs: '延续申请书、原卫生许可证、检测报告、健康证明', law: ['公共场所卫生管理条例', '第八条'] },
    { no: '0121', name: '护士执业注册（变更）', days: [20, 3], by: 'person', weight: 26, needs: '变更注册申请表、护士执业证书、聘用证明', law: ['护士条例', '第七条、第九条'] },
    { no: '0122', name: '医师执业注册', days: [20, 7], by: 'person', weight: 16, needs: '注册申请表、医师资格证书、聘用证明、健康体检表', law: ['医师法', '第十三条'] },
    { no: '0131', name: '放射诊疗许可（校验）', days: [20, 12], flow: '批', by: 'clinic', weight: 6, visited: true, specialProcedures: ['expert-review', 'test'],
      needs: '校验申请表、放射诊疗许可证、设备性能检测报告、个人剂量监测报告', law: ['放射性同位素与射线装置安全和防护条例', '第八条'] },
    { no: '0135', name: '饮用水供水单位卫生许可', days: [20, 10], flow: '批', by: 'waterworks', weight: 5, visited: true, specialProcedures: ['test'],
      needs: '许可申请书、水质检测报告、供管水人员健康证明、卫生管理制度', law: ['生活饮用水卫生监督管理办法', '第七条'] },
    { no: '0141', name: '医疗机构执业登记（变更）', days: [30, 10], flow: '批', by: 'clinic', weight: 6,
      needs: '变更登记申请书、执业许可证、主要负责人任职文件', law: ['医疗机构管理条例', '第二十条'] },
    { no: '0150', name: '母婴保健技术服务许可', days: [20, 15], flow: '批', by: 'clinic', weight: 3, visited: true, specialProcedures: ['expert-review'],
      needs: '许可申请书、人员资格证明、设备清单、规章制度', law: ['母婴保健法', '第三十二条'] },
    { no: '0160', name: '医疗机构设置审批（转报市级）', days: [20, 8], flow: '批', by: 'clinic', weight: 7, superior: { name: '市卫生健康委员会', workingDays: 10 },
      needs: '设置申请书、可行性研究报告、选址报告、资信证明', law: ['医疗机构管理条例', '第九条'] },
  ]),
  ...of('市场监督管理局', 'SC', '设立变更', [
    { no: '0201', name: '企业设立登记', days: [3, 0], flow: '审', by: 'company', weight: 40, itemType: 'approval',
      needs: '登记申请书、章程、住所使用证明、法定代表人任职文件', law: ['市场主体登记管理条例', '第十六条、第十九条'] },
    { no: '0202', name: '企业变更登记', shortName: '营业执照变更', days: [3, 0], flow: '审', by: 'company', weight: 44, itemType: 'approval',
      needs: '变更申请书、股东决定、修改后的章程', law: ['市场主体登记管理条例', '第二十四条'] },
    { no: '0205', name: '个体工商户登记', days: [3, 0], flow: '承', by: 'shop', weight: 60, itemType: 'approval', where: 'anywhere',
      needs: '登记申请书、经营场所证明', law: ['市场主体登记管理条例', '第十八条、第十九条'] },
    { no: '0211', name: '食品经营许可', days: [20, 8], formerlyWorkingDays: 12, by: 'eatery', weight: 42, visited: true, where: 'anywhere',
      needs: '许可申请书、设备布局图、操作流程、食品安全管理制度', law: ['食品安全法', '第三十五条'] },
    { no: '0221', name: '药品零售许可', days: [20, 12], flow: '批', by: 'pharmacy', weight: 6, visited: true,
      needs: '许可申请表、执业药师注册证、营业场所平面图、质量管理制度', law: ['药品管理法', '第五十一条'] },
    { no: '0212', name: '食品经营许可（延续）', days: [20, 8], by: 'eatery', weight: 14, renewal: true, where: 'anywhere',
      needs: '延续申请书、原许可证、自查报告', law: ['食品安全法', '第三十五条'] },
    { no: '0291', name: '开办餐饮店“一件事”', days: [45, 10], by: 'eatery', weight: 16, where: 'anywhere',
      coHandlers: [co('卫生健康局', '场所卫生意见', 5), co('住房和城乡建设局', '排水接入意见', 5)],
      needs: '联办申请书、场所证明、设备布局图、排水方案', law: ['行政许可法', '第二十六条'] },
    { no: '0231', name: '特种设备使用登记', days: [20, 5], by: 'company', weight: 12, specialProcedures: ['inspection'],
      needs: '使用登记表、产品质量合格证明、监督检验证明', law: ['特种设备安全法', '第三十三条'] },
  ]),
  ...of('自然资源和规划局', 'ZG', '国土和规划建设', [
    { no: '0301', name: '建设用地规划许可', days: [20, 12], flow: '批', by: 'developer', weight: 9,
      needs: '申请书、批准或备案文件、用地范围图', law: ['城乡规划法', '第三十七条、第三十八条'] },
    { no: '0302', name: '建设工程规划许可', thirdParties: true, days: [20, 12], flow: '批', by: 'developer', weight: 14, specialProcedures: ['expert-review', 'hearing'],
      needs: '申请书、土地使用证明、设计方案、日照分析报告', law: ['城乡规划法', '第四十条'] },
    { no: '0303', name: '乡村建设规划许可', thirdParties: true, days: [20, 10], by: 'person', weight: 24, visited: true, where: 'anywhere',
      needs: '申请表、村民委员会书面意见、宅基地使用证明', law: ['城乡规划法', '第四十一条'] },
    { no: '0311', name: '不动产转移登记', days: [22, 3], formerlyWorkingDays: 5,
      by: 'person', weight: 46, itemType: 'public-service', where: 'realty', fees: [registration],
      needs: '登记申请书、买卖合同、不动产权证书、完税凭证', law: ['不动产登记暂行条例', '第十六条、第二十条'] },
    { no: '0312', name: '不动产抵押登记', days: [22, 2], by: 'person', weight: 34, itemType: 'public-service', where: 'realty', fees: [registration],
      needs: '登记申请书、抵押合同、不动产权证书', law: ['不动产登记暂行条例', '第十六条、第二十条'] },
  ]),
  ...of('住房和城乡建设局', 'ZJ', '住房和城乡建设', [
    { no: '0401', name: '施工许可证核发', days: [7, 4], flow: '批', by: 'developer', weight: 14,
      needs: '申请表、规划许可证、中标通知书、资金到位承诺、质量安全措施', law: ['建筑法', '第七条、第八条'] },
    { no: '0402', name: '商品房预售许可', days: [10, 7], flow: '批', by: 'developer', weight: 8, visited: true,
      needs: '申请表、土地使用权证书、施工许可证、预售方案', law: ['城市房地产管理法', '第四十五条'] },
    { no: '0411', name: '燃气经营许可', days: [20, 12], flow: '批', by: 'company', weight: 4, visited: true, specialProcedures: ['expert-review'],
      needs: '申请书、气源证明、人员培训证明、应急预案', law: ['城镇燃气管理条例', '第十五条'] },
    { no: '0412', name: '城镇污水排入排水管网许可', days: [20, 10], by: 'company', weight: 12, visited: true, specialProcedures: ['test'],
      needs: '申请表、排水水质检测报告、管网平面图', law: ['城镇排水与污水处理条例', '第二十一条'] },
    { no: '0431', name: '建设工程竣工联合验收', days: [45, 12], flow: '批', by: 'developer', weight: 12,
      coHandlers: [co('自然资源和规划局', '规划核实', 7), co('应急管理局', '安全设施核验', 6), co('水利局', '水土保持设施核验', 6)],
      needs: '联合验收申请表、竣工图、检测报告、测绘成果', law: ['建设工程质量管理条例', '第十六条'] },
    { no: '0421', name: '公租房租赁补贴资格确认', days: [20, 12], by: 'person', weight: 22, itemType: 'public-service', where: 'anywhere',
      needs: '申请表、家庭收入证明、住房状况声明', law: ['公共租赁住房管理办法', '第七条、第八条'] },
  ]),
  ...of('人力资源和社会保障局', 'RS', '就业和社会保障', [
    { no: '0501', name: '社会保险关系转移接续', shortName: '社保关系转移', days: [15, 0], flow: '承',
      by: 'person', weight: 52, itemType: 'public-service', where: 'anywhere',
      needs: '转移申请表、参保凭证', law: ['社会保险法', '第十九条'] },
    { no: '0502', name: '失业保险金申领', days: [10, 4], by: 'person', weight: 22, itemType: 'public-service', where: 'anywhere',
      needs: '申领登记表、解除劳动关系证明', law: ['社会保险法', '第五十条'] },
    { no: '0503', name: '灵活就业人员参保登记', days: [10, 0], flow: '承', by: 'person', weight: 34, itemType: 'public-service', where: 'anywhere',
      needs: '参保登记表', law: ['社会保险法', '第五十八条'] },
    { no: '0511', name: '劳务派遣经营许可', days: [20, 8], flow: '批', by: 'company', weight: 5, visited: true,
      needs: '许可申请书、验资报告、经营场所证明、管理制度', law: ['劳动合同法', '第五十七条'] },
    { no: '0512', name: '人力资源服务许可', days: [20, 7], flow: '批', by: 'company', weight: 5, needs: '许可申请书、章程、场所证明、专职人员名册', law: ['人力资源市场暂行条例', '第十八条'] },
  ]),
  ...of('公安局', 'GA', '公安消防', [
    { no: '0601', name: '户口迁移审批', days: [20, 5], by: 'person', weight: 36, itemType: 'approval', where: 'anywhere',
      needs: '迁移申请书、居民户口簿、准迁依据', law: ['户口登记条例', '第十条'] },
    { no: '0602', name: '居民身份证换领', days: [44, 15], flow: '承', by: 'person', weight: 30, itemType: 'public-service', where: 'anywhere', fees: [charge('SFZ-01', '居民身份证工本费', 20, '居民身份证法第二十条')],
      needs: '换领申请、原身份证', law: ['居民身份证法', '第十条、第十二条'] },
    { no: '0611', name: '旅馆业特种行业许可', days: [20, 7], flow: '批', by: 'venue', weight: 6, visited: true,
      needs: '申请表、房屋安全证明、消防证明、安全管理制度', law: ['旅馆业治安管理办法', '第四条'] },
    { no: '0621', name: '机动车注册登记', days: [2, 0], flow: '承', by: 'person', weight: 40, itemType: 'approval', where: 'vehicles',
      fees: [charge('JDC-01', '机动车牌证工本费', 125, '道路交通安全法')],
      needs: '申请表、购车发票、车辆合格证、交强险凭证', law: ['道路交通安全法', '第八条、第九条'] },
    { no: '0622', name: '机动车驾驶证换证', days: [1, 0], flow: '承', by: 'person', weight: 44, itemType: 'public-service', where: 'vehicles', fees: [charge('JSZ-01', '驾驶证工本费', 10, '道路交通安全法')],
      needs: '申请表、身体条件证明', law: ['道路交通安全法实施条例', '第二十六条'] },
  ]),
  ...of('民政局', 'MZ', '民政救助', [
    { no: '0701', name: '最低生活保障审核确认', days: [30, 20], by: 'person', weight: 26, itemType: 'public-service', where: 'anywhere', visited: true,
      needs: '申请书、家庭收入声明、财产状况授权书', law: ['社会救助暂行办法', '第十一条'] },
    { no: '0702', name: '高龄津贴申领', days: [20, 5], by: 'person', weight: 30, itemType: 'public-service', where: 'anywhere',
      needs: '申请表、户口簿', law: ['老年人权益保障法', '第三十三条'] },
    { no: '0711', name: '民办非企业单位成立登记', days: [40, 15], flow: '批', by: 'association', weight: 4,
      needs: '登记申请书、业务主管单位批准文件、场所使用权证明、章程草案', law: ['民办非企业单位登记管理暂行条例', '第十一条、第十二条'] },
  ]),
  ...of('交通运输局', 'JT', '交通运输', [
    { no: '0801', name: '道路货物运输经营许可', days: [20, 5], by: 'haulier', weight: 24, needs: '申请表、车辆技术等级证明、驾驶员从业资格证', law: ['道路运输条例', '第二十二条、第二十四条'] },
    { no: '0802', name: '公路超限运输许可', days: [15, 7], by: 'haulier', weight: 8, specialProcedures: ['appraisal'],
      needs: '申请表、车货轮廓图、护送方案', law: ['公路安全保护条例', '第三十五条、第三十六条'] },
  ]),
  ...of('农业农村局', 'NY', '农林牧渔', [
    { no: '0901', name: '动物防疫条件合格证核发', days: [15, 10], by: 'farm', weight: 12, visited: true, specialProcedures: ['quarantine'],
      needs: '申请表、场所平面图、设施设备清单、防疫制度', law: ['动物防疫法', '第二十五条'] },
    { no: '0902', name: '农药经营许可', days: [20, 8], by: 'shop', weight: 12, visited: true,
      needs: '申请表、经营人员培训证明、营业仓储场所照片', law: ['农药管理条例', '第二十四条、第二十五条'] },
  ]),
  ...of('教育局', 'JY', '教育科研', [
    { no: '1001', name: '教师资格认定', days: [30, 10], by: 'person', weight: 20, needs: '认定申请表、学历证书、普通话等级证书、体检合格证明', law: ['教师法', '第十三条'] },
    { no: '1002', name: '校车使用许可', days: [20, 8], by: 'school', weight: 5, needs: '申请表、车辆检验合格证明、驾驶人资格证明、行驶路线方案', law: ['校车安全管理条例', '第十五条'] },
  ]),
  ...of('应急管理局', 'YJ', '安全生产', [
    { no: '1101', name: '烟花爆竹经营（零售）许可', days: [20, 8], by: 'shop', weight: 10, visited: true,
      needs: '申请书、安全培训合格证明、零售场所位置图', law: ['烟花爆竹安全管理条例', '第十六条、第十九条'] },
    { no: '1102', name: '危险化学品经营许可', days: [20, 12], by: 'company', weight: 6, visited: true, specialProcedures: ['expert-review'],
      needs: '申请书、安全评价报告、应急预案、从业人员培训证明', law: ['危险化学品安全管理条例', '第三十三条、第三十五条'] },
  ]),
  ...of('水利局', 'SL', '水务', [
    { no: '1201', name: '取水许可', days: [45, 18], flow: '批', by: 'waterworks', weight: 6, visited: true, specialProcedures: ['expert-review'],
      needs: '申请书、水资源论证报告、退水方案', law: ['水法', '第四十八条'] },
    { no: '1202', name: '生产建设项目水土保持方案审批', days: [10, 7], flow: '批', by: 'developer', weight: 10,
      needs: '申请书、水土保持方案报告、专家签字意见', law: ['水土保持法', '第二十五条'] },
    { no: '1203', name: '取水许可（转报市级）', days: [20, 8], flow: '批', by: 'waterworks', weight: 6, superior: { name: '市水务局', workingDays: 8 },
      needs: '申请书、水资源论证报告、退水方案', law: ['水法', '第四十八条'] },
  ]),
  ...of('文化和旅游局', 'WL', '文化体育', [
    { no: '1301', name: '互联网上网服务营业场所许可', days: [20, 10], by: 'venue', weight: 5, visited: true,
      needs: '申请书、场地证明、消防证明、网络拓扑图', law: ['互联网上网服务营业场所管理条例', '第十条、第十一条'] },
    { no: '1302', name: '营业性演出审批', days: [3, 2], by: 'association', weight: 8, itemType: 'approval',
      needs: '申请书、演出节目单、场地同意证明', law: ['营业性演出管理条例', '第十三条'] },
  ]),
  ...of('林业局', 'LY', '农林牧渔', [
    { no: '1401', name: '林木采伐许可', days: [20, 7], by: 'person', weight: 16, where: 'anywhere', visited: true,
      needs: '采伐申请表、林权证明、伐区调查设计表', law: ['森林法', '第五十六条、第五十七条'] },
  ]),
]

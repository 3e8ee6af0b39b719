const days = (n: string) => `${n} 个工作日`, calendar = (n: string) => `${n} 天`, times = (n: string) => `${n} 次`, cases = (n: string) => `${n} 件`, part = (n: string) => n
/** 规则与推演用语. */
export const words = {
  title: '监察规则', live: (n: string) => `${n} 条规则施行`, trial: (n: string) => `，${n} 条试运行`, retired: (n: string) => `，${n} 条已停用`, waiting: (n: string) => `，${n} 条待接入`, open: (n: string) => `；${n} 条提议等另一名监察员发布`, end: '。',
  list: '规则目录', families: { clocks: '期限', order: '程序', persons: '人与权', money: '收费与理由', other: '诉求、公开、公文、钥匙、数据', integrity: '廉政风险', module: '本地模块' },
  states: { live: '施行', shadow: '试运行', retired: '已停用', waiting: '待接入' }, version: (n: string) => `第 ${n} 版`, confidential: '只给监察员', standing: (n: string) => `${n} 张有效`, standingLabel: (n: string, rule: string) => `${n} 张有效（${rule}），打开发牌登记`, openTag: '等发布', pick: '选一条规则看它的依据、参数和由来。',
  what: '公式', clause: '依据', params: '参数', noParams: '没有参数。', param: '参数', value: '现行', unitRange: '可取', trialValue: '试运行', range: (from: string, to: string) => `${from}—${to}`, tells: '告知', deduction: '扣分', points: (severity: string, n: string) => `${severity} ${n} 分`, noDeduction: '不扣分',
  breaches: '情形', examples: '例', inputs: '依据的事实', awaits: '等这些事实接入', escalates: '黄牌不纠正会转红牌（R-03）。', stands: '现在的牌', between: '、',
  history: '由来', shipped: (n: string) => `随平台带来的第 ${n} 版`, said: { proposed: (name: string, n: string) => `${name}提议第 ${n} 版`, published: (name: string, n: string) => `${name}发布第 ${n} 版`, retired: (name: string) => `${name}停用` }, from: (day: string) => `${day}起`, as: { live: '施行', shadow: '试运行，不发牌' }, basis: (text: string) => `依据：${text}`, reason: (text: string) => `理由：${text}`,
  act: { change: '推演一个改动', publish: '发布', retire: '停用', cancel: '先不', mine: '提议人不能自己发布：提议与发布须由两名监察员办理。', publishTitle: (rule: string, n: string) => `发布 ${rule} 第 ${n} 版`, publishMore: '内容与提议完全一样，发布后不能改，只能再发下一版。只管生效日起收的件。', retireTitle: (rule: string) => `停用 ${rule}`, retireMore: '停用日起收的件不再按它研判。已发的牌不变。', retireFrom: '自哪天停用', retireReason: '理由', was: '现行', will: '改为',
    published: (rule: string, n: string) => `${rule} 第 ${n} 版已发布`, retired: (rule: string) => `${rule} 已停用`, proposed: (rule: string, n: string) => `${rule} 第 ${n} 版已提议，等另一名监察员发布`, waiting: '网络断了，恢复后会自己发出' },
  names: {
    share: '占比超过', leastCases: '至少件数', leastOfficers: '至少有权承办的人数', leastGrants: '至少准予件数', percentile: '最快的百分位', times: '至少次数', withinWorkingDays: '在多少工作日之内', remainingWorkingDays: '剩余工作日不多于', withinDays: '在多少天之内', leastPurchases: '至少采购次数',
    sigmas: '高出几倍标准差', elapsedShare: '期限用掉的比例', graceWorkingDays: '超过几个工作日成立', correctionWorkingDays: '纠错期限', warnAfterWorkingDays: '第几个工作日预警', noticeWorkingDays: '几个工作日内书面告知', maxPauses: '最多停表次数', hintHours: '提前几小时提示', maxWorkingDays: '延期最多', jointMaxWorkingDays: '联办件延期最多',
    sharedTerminalMinutes: '同一终端几分钟之内', lateEntryWorkingDays: '补录不超过', withinMinutes: '在几分钟之内', returns: '退件次数', yellowAtReturns: '退件几次为黄牌', sendBacks: '内部退回次数', warnAtRemainingWorkingDays: '剩几个工作日预警', contactWorkingDays: '几个工作日内联系', rectifyWorkingDays: '几个工作日内整改', publishWorkingDays: '几个工作日内公开', columnDays: '栏目多少天须更新',
    answerWorkingDays: '几个工作日内答复', receiveWorkingDays: '几个工作日内收文', urgentHours: '急件几小时内收文', yellowWorkingDays: '几个工作日为黄牌', leastShare: '在线时数至少占', rebindWorkingDays: '几个工作日内重新绑定', lockedWorkingDays: '锁定不超过', silentWorkingDays: '无回执不超过', incompleteShare: '不完整记录多于', offlineMinutes: '离线超过', retentionDays: '至少保存',
  } as Record<string, string>,
  units: { WorkingDays: days, Days: calendar, Minutes: (n: string) => `${n} 分钟`, Hours: (n: string) => `${n} 小时`, Share: part, Cases: cases, Officers: (n: string) => `${n} 人`, times, sigmas: (n: string) => `${n} 倍`, plain: part },
  unitWords: { WorkingDays: '个工作日', Days: '天', Minutes: '分钟', Hours: '小时', Share: '%', Cases: '件', Officers: '人', times: '次', sigmas: '倍', plain: ' ' },
  duties: { handler: '承办人', 'section-head': '科室负责人', leader: '分管领导', 'system-admin': '系统管理员', inspector: '监察员', 'hall-manager': '大厅负责人', applicant: '申请人' } as Record<string, string>,
  studio: {
    title: '推演', lead: '按另一套规则、期限或日历，把全部历史重新研判一遍。什么也不写。', back: '规则目录', drafts: '草案', draftNames: ['草案一', '草案二'], saved: (time: string) => `${time} 已存`,
    rule: '规则', chooseRule: '选一条规则', noRule: '不改规则', nowIs: (value: string) => `现行 ${value}`, limit: '事项期限', item: '事项', noItem: '不改期限', kind: '哪个期限', kinds: { promised: '承诺', statutory: '法定' }, limitDays: '工作日', day: '日历上的一天', dayOn: '日期', dayIs: '这天', noDay: '不改', off: '放假', working: '上班',
    go: '推演', clear: '清空草案', running: (done: string, all: string) => `已研判 ${done}，共 ${all}`, nothing: '先改一处：规则的参数、事项的期限，或日历上的一天。', bounds: (from: string, to: string) => `须为 ${from} 到 ${to} 之间的数`, whole: (from: string, to: string) => `须为 ${from} 到 ${to} 之间的整数`, limitWrong: '须为 0 到 1000 的整数',
    empty: '改一处，按「推演」，两边的牌会在这里对照。', sentence: (subjects: string) => `${subjects}重新研判：`, same: '两边的牌一张不差。', gone: (n: string) => `少 ${n} 张`, come: (n: string) => `多 ${n} 张`, moved: (n: string) => `${n} 张改在别的时刻`, sep: '，', stop: '。',
    was: '现行', is: '草案', cards: (n: string) => `${n} 张`, vanish: '消失', appear: '出现', moveFrom: '移走', moveTo: '移来', none: '没有', rest: (n: string) => `其余 ${n} 张在表格里`, omitted: (n: string) => `还有 ${n} 张没有逐一列出；上面的数是全部的。`,
    mark: (what: string, severity: string, rule: string, subject: string, when: string) => `${what}：${rule} ${severity}，${subject}，${when}，打开这件的那一刻`, byDepartment: '按部门', byMonth: '按月', byRule: '按规则', list: '逐张', listScroll: '逐张，可以滚动', department: '部门', month: '月份', before: '现行', after: '草案', added: '出现', removed: '消失', movedHead: '移动', pointsBefore: '现行扣分', pointsAfter: '草案扣分',
    columns: { change: '变化', rule: '规则', severity: '等级', subject: '办件', department: '部门', before: '现行时刻', after: '草案时刻' }, changes: { added: '出现', removed: '消失', moved: '移动' }, sumsSentence: (n: string) => `${n} 个部门的牌有变化。`, monthSentence: (n: string) => `${n} 个月的牌有变化。`, listSentence: (n: string) => `逐张列出 ${n} 张。`,
    stale: '草案改过了，下面还是改之前的结果。', dayName: '推演的一天', compare: '两份草案对照', what: '项', totals: '全部', asOf: (time: string, seconds: string) => `截至 ${time}，用 ${seconds} 秒`,
    propose: { title: (rule: string, n: string) => `提议 ${rule} 第 ${n} 版`, more: '另一名监察员以同样内容发布之后才生效。', from: '生效日', basis: '依据', basisMore: '例如文号、会议纪要、推演的结果', mode: '方式', live: '施行', shadow: '试运行：只发现，不发牌', go: '提议', onlyRule: '只有规则的改动可以在这里提议；期限由事项发布，日历由日历公布。', wanted: '要写依据', fromWanted: '要选生效日' },
  },
}
export type Words = typeof words

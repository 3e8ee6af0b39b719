/** What a fact says, already in the words of the language: empty where nothing is said. */
export type Said = {
  text(field: string): string
  list(field: string): string[]
  day(field: string): string
  moment(field: string): string
  money(field: string): string
  workingDays(field: string): string
  /** A word of one of the tables below, or the code itself. */
  word(table: 'channels' | 'specialProcedures' | 'results' | 'feeKinds' | 'notices' | 'revocations' | 'rules', field: string): string
}
type Fact = { name: string; line(said: Said): string }
const joined = (...parts: string[]) => parts.filter(Boolean).join('；')
const opinion = (said: Said) => said.text('opinion')
const outcome = (said: Said) => joined(said.word('results', 'result'), said.text('opinion'))

const weekdays = ['日', '一', '二', '三', '四', '五', '六']
type Date = { year: number; month: number; date: number; weekday: number }

const facts: Record<string, Fact> = {
  ApplicationSubmitted: { name: '收件', line: (s) => joined(s.text('channel') && `${s.word('channels', 'channel')}申请`, s.day('receivedOn') && `${s.day('receivedOn')}收到`) },
  MaterialsReceived: { name: '收到材料', line: (s) => s.list('materials').join('、') },
  SupplementRequested: { name: '告知补正', line: (s) => s.list('asked').length ? `缺 ${s.list('asked').length} 项：${s.list('asked').join('、')}` : '一次告知应补的材料' },
  SupplementSubmitted: { name: '提交补正', line: (s) => s.list('materials').length ? `补交 ${s.list('materials').length} 份：${s.list('materials').join('、')}` : '补正材料收到' },
  CaseAccepted: { name: '受理', line: (s) => joined(s.workingDays('pinned.promisedWorkingDays') && `承诺 ${s.workingDays('pinned.promisedWorkingDays')}`,
    s.day('promisedDueOn') ? `通知书写 ${s.day('promisedDueOn')}` : s.moment('promisedDueAt') && `来源写明应办结 ${s.moment('promisedDueAt')}`) },
  CaseDeemedAccepted: { name: '视为受理', line: (s) => `五个工作日内没有告知，自 ${s.day('effectiveOn')}收到之日起视为受理` },
  SpecialProcedureStarted: { name: '特别程序开始', line: (s) => joined(`${s.word('specialProcedures', 'kind')}${s.workingDays('plannedWorkingDays') && `，计划 ${s.workingDays('plannedWorkingDays')}`}`,
    s.text('approver') && `${s.text('approver')} 批准`) },
  SpecialProcedureEnded: { name: '特别程序结束', line: (s) => s.text('result') || '期限继续计算' },
  HandlingCompleted: { name: '承办完成', line: opinion },
  ReviewCompleted: { name: '审核', line: outcome },
  ApprovalGiven: { name: '批准', line: outcome },
  StepCompleted: { name: '环节完成', line: (s) => s.text('step') },
  NoticeSent: { name: '发出通知', line: (s) => s.word('notices', 'kind') },
  LicenceGranted: { name: '准予许可', line: () => '' },
  LicenceRefused: { name: '不予许可', line: (s) => joined(s.text('reason'), s.text('basis') && `依据 ${s.text('basis')}`, s.text('remedies')) },
  FeeAssessed: { name: '核定收费', line: (s) => `${s.word('feeKinds', 'kind')} ${s.money('amountFen')}` },
  FeeCharged: { name: '收费', line: (s) => joined(`收 ${s.money('amountFen')}`, s.text('receiptNo') && `票据 ${s.text('receiptNo')}`) },
  CaseConcluded: { name: '办结', line: (s) => s.word('results', 'resultCode') },
  CaseTerminated: { name: '终止', line: (s) => s.word('results', 'reason') },
  ResultDelivered: { name: '送达', line: (s) => s.word('channels', 'method') },
  WarningRaised: { name: '预警', line: (s) => `规则 ${s.word('rules', 'ruleId')}，应办结 ${s.day('dueOn')}` },
  YellowCardIssued: { name: '黄牌', line: (s) => `规则 ${s.word('rules', 'ruleId')}，应于 ${s.day('dueOn')}办结` },
  RedCardIssued: { name: '红牌', line: (s) => `规则 ${s.word('rules', 'ruleId')}，应于 ${s.day('dueOn')}办结` },
  CardRevoked: { name: '撤销牌', line: (s) => s.word('revocations', 'reason') },
}

/** All that the pages say in Chinese. `words.en.ts` has the same, or it does not compile. */
export const words = {
  lang: 'zh-CN',
  mark: '明鉴',
  /** The other language, in its own words. */
  other: { word: 'English', lang: 'en', language: 'en' as 'zh' | 'en' },
  weekdays,
  /** Dates, times and amounts that are not to be broken over two lines. */
  unbroken: /(?:\d+年)?\d+月\d+日(?:（周.）)?(?: ?周[日一二三四五六])?(?: \d\d:\d\d)?|(?:周[日一二三四五六]|今天|明天|昨天) \d\d:\d\d|[−+]?\d[\d,.]* (?:个工作日|个自然日|[件条天元分秒张份项])/g,
  dates: {
    day: ({ month, date }: Date) => `${month}月${date}日`,
    yearDay: ({ year, month, date }: Date) => `${year}年${month}月${date}日`,
    longDay: ({ month, date, weekday }: Date) => `${month}月${date}日（周${weekdays[weekday]}）`,
    moment: (day: string, weekday: number, time: string) => `${day} 周${weekdays[weekday]} ${time}`,
    stamp: (day: string, time: string) => `${day} ${time}`,
    weekdayTime: (weekday: number, time: string) => `周${weekdays[weekday]} ${time}`,
    dayWeek: (day: string, weekday: number) => `${day} 周${weekdays[weekday]}`,
    today: (time: string) => `今天 ${time}`,
    tomorrow: (time: string) => `明天 ${time}`,
    yesterday: (time: string) => `昨天 ${time}`,
    monthYear: ({ year, month }: Date) => `${year}年${month}月`,
  },
  amounts: {
    workingDays: (n: string, _one: boolean) => `${n} 个工作日`,
    calendarDays: (n: string, _one: boolean) => `${n} 天`,
    cases: (n: string, _one: boolean) => `${n} 件`,
    facts: (n: string, _one: boolean) => `${n} 条`,
    money: (yuan: string) => `${yuan} 元`,
    minutes: (minutes: string, seconds: string) => `${minutes} 分 ${seconds} 秒`,
  },
  clock: {
    left: (days: string) => `还剩 ${days}`,
    over: (days: string) => `已超 ${days}`,
    overdue: '已超期，不足 1 个工作日',
    dueToday: (time: string) => `今天 ${time} 到期`,
    stopped: '停表中',
    stoppedFor: (kind: string, done: string, planned: string) => `停表中：${kind}，已停 ${done}${planned && `，计划 ${planned} 个`}`,
    provisional: (day: string, until: string) => `暂定 ${day}${until && `，${until}后才定`}`,
    notStarted: '未受理，不计期',
    noLimit: '没有载明期限',
    inTime: '按时办结',
    endedOver: (days: string) => `超 ${days}办结`, endedLate: '超期办结，不足 1 个工作日',
    done: '已办结',
    due: (day: string) => `应于 ${day}办结`,
    statutory: (day: string) => `法定 ${day}`,
    ended: (day: string) => `${day}办结`,
    now: '现在：',
  },
  lights: {
    late: '超期', soon: '临期', ok: '正常', hold: '停表', done: '已办结', none: '未计期',
    rowLeft: (days: string) => `剩 ${days}`, rowOver: (days: string) => `超 ${days}`, rowToday: (time: string) => `今天 ${time}`, rowOverdue: '已超期', rowEndedLate: '超期办结',
  },
  frame: {
    skip: '跳到正文', workspaces: '工作区', phone: '手机导航', cases: '办件', help: '帮助', keys: '按键',
    search: '搜索办件号、事项', searchLabel: '搜索办件', searchGo: '搜索',
    demonstration: '演示县：虚构数据，演示时钟。', demonstrationMore: '这里的人、件和日期都不是真的。',
    workingDay: '工作日', restDay: '休息日', local: '本机浏览', person: '身份', settings: '设置',
    language: '语言', theme: '配色', themes: { light: '浅色', wall: '深色（大屏）', contrast: '高对比' }, size: '字号', letterKeys: '字母快捷键', on: '开', off: '关',
    choose: '换一个身份看', chosen: '当前', back: '返回', loading: '正在读取…', behind: (n: string) => `账还在读，差 ${n} 条`,
    offline: (time: string) => `网络断了。能看到 ${time} 的内容。`, server: (time: string) => `服务器没有应答。能看到 ${time} 的内容，正在重连。`,
  },
  list: {
    title: '办件',
    sentence: { open: '今天全县在办 ', cases: ' 件', among: '，其中 ', late: ' 件已超期、', soon: ' 件临期。', none: '今天全县没有在办的件。' },
    openLabel: (n: string) => `${n} 件在办，打开列表`, lateLabel: (n: string) => `${n} 件已超期，打开列表`, soonLabel: (n: string) => `${n} 件临期，打开列表`,
    filterLights: '按灯看', allOpen: '在办', department: '部门', allDepartments: '全部部门', order: '排序', byDue: '按到期先后', byOpened: '按收件先后',
    heads: { late: '已超期', today: '今天到期', week: '本周到期', hold: '停表', later: '不急', none: '没有期限', done: '已办结' },
    columns: { left: '还剩', item: '办件', step: '环节', due: '应办结' },
    empty: '没有这样的件。', emptyOpen: (n: string) => `全部在办 ${n} 件。`, clear: '看全部在办', more: '再看 50 件', allShown: (n: string) => `共 ${n} 件，都在这里。`,
    notDue: '未起算', provisional: '暂定', found: (q: string) => `搜索「${q}」`, clearSearch: '不搜了',
    hintMove: '上下', hintOpen: '打开', hintAll: '全部按键', preview: '选中的件', open: '打开整件和时光机', noApplicant: '申请人未载明', history: '经过',
    changed: (n: string) => `列表有变化，现在 ${n} 件`, ended: (day: string) => `${day}办结`,
  },
  case: {
    title: '办件', machine: '时光机', play: '播放', pause: '暂停', previous: '上一条事实', next: '下一条事实', toNow: '回到现在', present: '现在',
    known: '按', knownGroup: '所知', knownThen: '当时所知', knownNow: '今天所知', eyes: '以谁的眼看', slider: '时刻',
    sliderHelp: '左右键移 10 分钟，上下翻页键到相邻事实，Home 到开头，End 到现在',
    viewing: (moment: string, known: 'then' | 'now') => `正在看 ${moment} 的情形，按${known === 'then' ? '当时' : '今天'}所知。`,
    viewingNow: '正在看现在的情形。', atFact: (moment: string, fact: string) => `${moment}，${fact}`, nothingYet: '还没有事实',
    track: (facts: string, pauses: string, due: string) => `办件时间轴：${facts}事实${pauses && `，停表 ${pauses} 段`}${due && `，应办结 ${due}`}`,
    trackRegion: '时间轴，可以左右滚动', due: (day: string) => `应办结 ${day}`, pausedFor: (clause: string) => `${clause}，停表`,
    history: '经过', of: (seen: string, all: string) => `${seen} / ${all} 条`, historyLabel: (n: string) => `经过，${n}事实`,
    notYet: '以下各条，当时还没有记入', notHappened: '以下各条，当时还没有发生', both: (happened: string, recorded: string) => ({ happened: `发生 ${happened}`, recorded: `记入 ${recorded}` }),
    sourceOrder: (name: string, order: string) => `${name} 第 ${order} 行`,
    then: '当时的办件', now: '办件', heldBy: '在手人', held: (name: string) => ({ before: '在 ', name, after: ' 手里' }), heldSince: (name: string, when: string) => `在${name}手里，${when} 转到`,
    nobody: '没有载明在谁手里', path: '环节', pathState: { done: '已完成', current: '正在办', todo: '未到' }, more: '其他',
    fields: { caseNo: '办件号', applicant: '申请人', item: '事项', caseType: '办件类型', department: '部门', hall: '大厅', channel: '办理方式', responsible: '负责人', fees: '收费',
      result: '办结结果', source: '来源', opened: '收件' },
    caseTypes: { IMMEDIATE: '即办件', PROMISED: '承诺件' } as Record<string, string>,
    feeLine: (owed: string, paid: string) => `应收 ${owed}，已收 ${paid}`, free: '不收费',
    verdicts: { exact: '收齐', under: '少收', over: '多收', unpaid: '未收' },
    findings: '发现与牌', noFindings: '没有发现，也没有牌。', noFindingsThen: '当时没有发现，也没有牌。',
    findingLine: (due: string, clause: string) => `应于 ${due}办结。依据：${clause}`, issued: (when: string) => `${when} 发牌`, revoked: (reason: string, when: string) => `${when} 撤销：${reason}。原牌保留可查。`,
    severities: { WARN: '预警', YELLOW: '黄牌', RED: '红牌' }, foreseen: '研判',
    ledger: '期限账', fixed: '已确定', provisional: '暂定', held2: '停表', stated: '来源所载', dueRow: '应办结', noDue: '未起算', noClock: '还没有起算的期限。',
    clocks: { promised: '承诺期限', statutory: '法定期限', step: '环节期限' }, counted: (day: string, basis: string) => `${day}起，次日起算${basis && ` · ${basis}`}`,
    kinds: { limit: '期限', extension: '延长', pause: '停表不计', rest: '假日、周末不计', stated: '来源写明的期限', rolled: '顺延' } as Record<string, string>,
    madeUp: (days: string) => `${days}补班，照算`, since: (day: string) => `${day}起，进行中`, spent: (days: string) => `已用 ${days}`,
    compare: '与现在相比', what: '项', was: '当时', is: '现在', same: '相同',
    rows: { step: '环节', held: '在谁手里', due: '应办结', light: '灯', cards: '牌', facts: '事实' }, none: '无',
    cardCount: (severity: string, n: string) => `${severity} ${n}`, notThere: '这一刻，账上还没有这件的记录。往后移，或选「今天所知」。',
    imported: (name: string) => `从「${name}」导入：当时本平台还不存在，所以按今天所知看。`, rest: '休息',
  },
  errors: {
    'not-found': '没有这件。核对一下办件号。', offline: '网络断了，读不到。网络恢复后会自己再读。', broken: '读不到。', retry: '再读一次', home: '回到办件列表',
    code: (code: string) => `代码 ${code}`, unknown: '没有这个页面。',
  },
  help: {
    title: '帮助与按键', keys: '按键', key: '键', does: '作用',
    rows: [
      { keys: '/', does: '搜索' }, { keys: 'j k', does: '下一件、上一件' }, { keys: 'Enter', does: '打开' }, { keys: 'Esc', does: '返回列表' },
      { keys: '[ ]', does: '上一条、下一条事实' }, { keys: 'Space', does: '播放、暂停' }, { keys: '← →', does: '时光机移 10 分钟' },
      { keys: 'PgUp PgDn', does: '时光机到相邻事实' }, { keys: 'Home End', does: '开头、现在' }, { keys: 'l', does: '期限账' }, { keys: '?', does: '这一页' },
    ],
    keysOff: '字母键在输入时不起作用，也可以在设置里关掉。',
    lights: '灯和牌', lightRows: { ok: '正常：离到期还早', soon: '临期：快到期了', late: '超期：过了应办结日下班', hold: '停表：特别程序或补正，不计期', done: '已办结' },
    cardRows: { y: '黄牌：超期未办结', r: '红牌：黄牌之后仍未纠正，或超过法定期限', v: '撤销的牌：留在原处，写明理由' },
    machine: '时光机', machineText: ['拖动时间轴，看这件在任何一刻的情形。每一刻都由服务器从事实重新算出，不是事先录好的。',
      '「当时所知」只用那一刻已经记入的事实；「今天所知」用后来补录的事实回看那一刻。', '紫色表示看的不是现在。'],
  },
  channels: { window: '窗口', online: '网上', station: '便民站', post: '邮寄', email: '电子邮件' } as Record<string, string>,
  roles: { applicant: '申请人', 'window-clerk': '窗口', handler: '承办人', 'section-head': '科长', leader: '分管领导', 'hall-manager': '大厅主任', 'hall-monitor': '大厅督查', inspector: '监察员',
    policy: '规则', importer: '导入', camera: '摄像机', auditor: '审计' } as Record<string, string>,
  specialProcedures: { hearing: '听证', tender: '招标', auction: '拍卖', inspection: '检验', test: '检测', quarantine: '检疫', appraisal: '鉴定', 'expert-review': '专家评审' } as Record<string, string>,
  results: { pass: '同意', back: '退回', grant: '准予', refuse: '不予', granted: '准予许可', refused: '不予许可', concluded: '办结', terminated: '终止', withdrawn: '撤回', 'credit-collection': '移送征收', 'dismissed-by-prefecture': '行政申诉成立，撤销处罚', 'dismissed-by-judge': '法院判决撤销处罚' } as Record<string, string>,
  steps: { received: '收件', submitted: '收件', accepted: '受理', handling: '承办', reviewing: '审核', approving: '批准', deciding: '决定', decision: '决定', decided: '决定', concluded: '办结', delivered: '送达' } as Record<string, string>,
  stages: { Recorded: '已记入', Submitted: '已收件', SupplementPending: '等补正', Accepted: '承办', Suspended: '停表', Handled: '审核', Reviewed: '批准', Approved: '决定', Decided: '已决定',
    Concluded: '已办结', Terminated: '已终止', Delivered: '已送达' } as Record<string, string>,
  feeKinds: { fine: '罚款', expense: '送达费', penalty: '加处罚款', permit: '许可费' } as Record<string, string>,
  notices: { fine: '处罚决定', 'confirmation-of-receipt': '收件确认', acceptance: '受理通知书', supplement: '补正告知书', result: '结果通知' } as Record<string, string>,
  procedure: (kind: string) => `特别程序：${kind}`,
  clauses: {} as Record<string, string>,
  revocations: { 'appeal-upheld': '申诉成立', 'force-majeure': '不可抗力', 'calendar-amended': '放假安排变更', 'late-fact': '补录的事实' } as Record<string, string>,
  attributes: { group: '经办组', plannedEndAt: '计划办结', article: '条款', vehicleClass: '车辆类别', points: '记分', dismissal: '撤销', lastSent: '末次送达', notificationType: '送达方式' } as Record<string, string>,
  rules: {} as Record<string, string>,
  festivals: { 周末: '周末' } as Record<string, string>,
  facts,
}
export type Words = typeof words

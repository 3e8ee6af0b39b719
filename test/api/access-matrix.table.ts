/** 权限矩阵 by hand from domain.md K, cell by cell. Nothing here is read from the code: a change of rights is a change of this file, with the row that it follows from. */
export const roles = ['applicant', 'window-clerk', 'handler', 'section-head', 'leader', 'hall-manager', 'hall-monitor', 'inspector', 'disclosure-officer', 'complaints-officer',
  'system-admin', 'security-admin', 'auditor'] as const
export type Role = typeof roles[number]

/** 位置 — where a case stands to those who ask. All of them belong to department 甲 and hall 一, the handler to item 甲一, the applicant is one of two. */
export const positions = {
  own: '甲局 甲一 一号大厅 本人', 'other item': '甲局 甲二 二号大厅 他人', 'other department': '乙局 二号大厅 他人', 'same hall': '乙局 一号大厅 他人', 'inspectorate': '监察局 二号大厅 他人',
} as const
export type Position = keyof typeof positions
/** 范围 of K in positions. */
const reaches = {
  own: ['own'], item: ['own'], hall: ['own', 'same hall'], dept: ['own', 'other item'],
  /** 辖区 without one's own department (trust.md §2: own department barred). */
  region: ['own', 'other item', 'other department', 'same hall'], all: ['own', 'other item', 'other department', 'same hall', 'inspectorate'],
  /** C item, and the attempt on a colleague's item is heard in order to be put on record. */
  'item, heard in dept': ['own', 'other item'],
} as const satisfies Record<string, readonly Position[]>
export type Reach = keyof typeof reaches
export const within = (reach: Reach): readonly Position[] => reaches[reach]

/** K 查看办件：V own, V hall, V item, V dept, V dept, V hall, V region, –, V linked (nothing is linked to a case yet), – (no content), V all; 大厅监控员 V of own hall; 安全管理员 sees no case. */
export const viewing: Partial<Record<Role, Reach>> = {
  applicant: 'own', 'window-clerk': 'hall', handler: 'item', 'section-head': 'dept', leader: 'dept', 'hall-manager': 'hall', 'hall-monitor': 'hall', inspector: 'region', auditor: 'all',
}
type Cells = Partial<Record<Role, Reach>>
/** `case`, `card`: object by object. `oneself`: open to these roles of themselves. `house`: open to these roles, whatever the object. `signed-in`, `everybody`. `nobody`: the house alone says it. */
export type Row = { k: string } & ({ on: 'case' | 'card'; cells: Cells } | { on: 'house' | 'oneself'; cells: readonly Role[] } | { on: 'signed-in' | 'everybody' | 'nobody' })

const onCase = (k: string, cells: Cells): Row => ({ k, on: 'case', cells }), onCard = (k: string, cells: Cells): Row => ({ k, on: 'card', cells })
const house = (k: string, ...cells: Role[]): Row => ({ k, on: 'house', cells }), oneself = (k: string, ...cells: Role[]): Row => ({ k, on: 'oneself', cells }), nobody: Row = { k: 'policy and machines alone', on: 'nobody' }
const everybody = (k: string): Row => ({ k, on: 'everybody' }), signedIn = (k: string): Row => ({ k, on: 'signed-in' })

// 申办、补正、撤回：citizen C own, window C on behalf (at its hall).
const applying = { applicant: 'own', 'window-clerk': 'hall' } as const
// 受理：window C (a comprehensive window stands for every department at its hall; who is authorised for the item is the decider's), officer C dept.
const receiving = { 'window-clerk': 'hall', handler: 'item, heard in dept' } as const
// 承办：officer C item. 审核、批准：section head, leader A dept.
const handling = { handler: 'item, heard in dept' } as const, reviewing = { 'section-head': 'dept' } as const, approving = { leader: 'dept' } as const
const receipt = '受理 / 不予受理', handle = '承办 / 审核 / 批准', apply = '申办、补正、撤回', slow = '特别程序 / 延期', cards = '发牌 / 撤牌 / 申诉裁决', rules = '规则发布', accounts = '用户、角色、钥匙'
const video = '视频实时 / 回放 / 导出', seeing = '查看办件', days = '日历维护', catalogue = '事项库 / 人员关联', figures = '统计 / 绩效', log = '审计日志', duty = '受理 / 不予受理；承办 (whoever has it in hand does its paperwork)'

/** By operationId of /api/openapi.json. */
export const table: Record<string, Row> = {
  // 办件
  SubmitApplication: onCase(apply, applying), CorrectOnSpot: onCase(apply, applying), SubmitSupplement: onCase(apply, applying), WithdrawApplication: onCase(apply, applying),
  RegisterReceipt: onCase(receipt, { 'window-clerk': 'hall' }),
  PreReview: onCase(receipt, receiving), RequestSupplement: onCase(receipt, receiving), AcceptCase: onCase(receipt, receiving), RefuseAcceptance: onCase(receipt, receiving), ReturnCase: onCase(receipt, receiving),
  AttachDocument: onCase(`${apply}；${receipt}`, { ...applying, ...receiving }),
  CompleteHandling: onCase(handle, handling), NotifyThirdParty: onCase(handle, handling), OpenSubCase: onCase(handle, handling), GiveSubOpinion: onCase(handle, handling), ConcludeCase: onCase(handle, handling),
  PublishDecision: onCase(handle, handling),
  ReviewCase: onCase(handle, reviewing), ApproveCase: onCase(handle, approving), ReportUp: onCase(handle, approving),
  SendBack: onCase(handle, { ...reviewing, ...approving }), DecideCase: onCase(handle, { ...reviewing, ...approving }), TerminateCase: onCase(handle, { ...reviewing, ...approving }),
  // C officer, C section head, A leader: the leader approves by being named.
  StartSpecialProcedure: onCase(slow, { ...handling, ...reviewing }), EndSpecialProcedure: onCase(slow, { ...handling, ...reviewing }), ExtendLimit: onCase(slow, { ...handling, ...reviewing }),
  CompleteStep: onCase(duty, receiving), RecordSuperiorDecision: onCase(duty, receiving), SendNotice: onCase(duty, receiving), AssessFee: onCase(duty, receiving), ArchiveCase: onCase(duty, receiving),
  ChargeFee: onCase(duty, { 'window-clerk': 'hall' }), RefundFee: onCase(duty, { 'window-clerk': 'hall' }), DeliverResult: onCase(duty, { 'window-clerk': 'hall' }),
  CorrectRecord: onCase(`${duty}；审核`, { ...receiving, ...reviewing, ...approving }),
  // 附件 comes in from those who attach it, and goes out to those who see the case.
  handInAttachment: onCase(`${apply}；${receipt}`, { ...applying, ...receiving }), attachment: onCase(seeing, viewing),
  // 催办 is a word to whoever holds the case up (M): of all who see it and wait for it, or answer for it.
  UrgeCase: onCase(`${seeing} (M 催办)`, { applicant: 'own', 'section-head': 'dept', leader: 'dept', 'hall-manager': 'hall', inspector: 'region' }),
  DeemAccepted: nobody, DeemRenewed: nobody, RecordHistory: nobody,
  // 监察：officer and section head appeal (of what is theirs), inspector A.
  FileCardAppeal: onCard(cards, { handler: 'item', 'section-head': 'dept' }), CorrectCard: onCard(cards, { handler: 'item', 'section-head': 'dept' }),
  RevokeCard: onCard(cards, { inspector: 'region' }), DecideCardAppeal: onCard(cards, { inspector: 'region' }), StayCard: onCard(cards, { inspector: 'region' }),
  ConfirmCorrection: onCard(cards, { inspector: 'region' }), ConfirmCard: onCard(cards, { inspector: 'region' }), RecordSanction: onCard(cards, { inspector: 'region' }),
  IssueCard: nobody, NotifyCard: nobody, SupersedeCard: nobody,
  ProposeRule: house(rules, 'inspector'), PublishRule: house(rules, 'inspector'), ProposeRetirement: house(rules, 'inspector'), RetireRule: house(rules, 'inspector'),
  // 日历：inspector A; what an administrator drafts (C) and a hall manager proposes has no command, for publishing is the decision.
  PublishCalendar: house(days, 'inspector'), AmendCalendar: house(days, 'inspector'), SetOfficeHours: house(days, 'inspector'),
  // 事项：中心 A; administrators C technical: the lists of codes.
  PublishItem: house(catalogue, 'hall-manager'), ProposeItem: house(`${catalogue} propose`, 'handler', 'section-head'), PublishDictionary: house(catalogue, 'hall-manager', 'system-admin'),
  // 用户、角色、钥匙：administrator C accounts and posts, security administrator A roles and keys; each can do nothing of the other's.
  EnrolPerson: house(accounts, 'system-admin'), MovePerson: house(accounts, 'system-admin'), SuspendPerson: house(accounts, 'system-admin'), ReinstatePerson: house(accounts, 'system-admin'),
  EstablishOrganisation: house(accounts, 'system-admin'), RenameOrganisation: house(accounts, 'system-admin'), CloseOrganisation: house(accounts, 'system-admin'),
  GrantRole: house(accounts, 'security-admin'), WithdrawRole: house(accounts, 'security-admin'), BindKey: house(accounts, 'security-admin'), LockKey: house(accounts, 'security-admin'),
  UnlockKey: house(accounts, 'security-admin'), UnlockSignIn: house(accounts, 'security-admin'),
  RegisterApplicant: nobody, SetCredential: nobody, LockSignIn: nobody, StartSession: nobody, EndSession: nobody,
  // 平台 is technical; what it was founded with, the house says itself.
  FoundPlatform: nobody, NamePlatform: nobody, RecordRestoring: nobody, NoticeClockStep: nobody, OpenHall: house(`${accounts} (C)`, 'system-admin'), ConfirmClock: house('trust.md §2 Time', 'system-admin'), PublishNoticeTemplate: house(catalogue, 'hall-manager', 'system-admin'),
  StartImport: nobody, QuarantineRows: nobody, SettleRows: nobody, FinishImport: nobody,
  // 工作台：opinions are given by those who handle, review and approve, and at windows; each announces their own days away, and heads those of their department.
  KeepOpinion: oneself('工作台 own', 'window-clerk', 'handler', 'section-head', 'leader'), DropOpinion: oneself('工作台 own', 'window-clerk', 'handler', 'section-head', 'leader'),
  AnnounceAway: oneself('工作台 own, dept', 'window-clerk', 'handler', 'section-head', 'leader', 'hall-manager'), EndAway: oneself('工作台 own, dept', 'window-clerk', 'handler', 'section-head', 'leader', 'hall-manager'),
  'query-usual-opinions': house('工作台 own', 'window-clerk', 'handler', 'section-head', 'leader'),
  'query-absences': house('工作台 own, dept; V of inspectors and auditors', 'window-clerk', 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor'),
  // 个人信息：identity of the informant is opened by two inspectors; an erasure is asked for by whom it concerns and decided by the security administrator (三员).
  RecordViews: nobody, EraseMatters: nobody, RequestOpening: house('Hard separations', 'inspector'), ApproveOpening: house('Hard separations', 'inspector'),
  DelayDisclosure: onCase('trust.md S13', { inspector: 'region' }), RequestErasure: house('G.4 删除', 'applicant', 'window-clerk', 'complaints-officer'), DecideErasure: house('G.4 删除', 'security-admin'),
  // 个人信息：everybody's own access log; who looked at a case is for those who answer for it; to open what is sealed is for those who work with it, never the auditor's.
  ownLooks: signedIn(`${log} own access log`), ownData: signedIn('G.4 查阅复制更正'), looksOfCase: onCase(`${log} V`, { 'section-head': 'dept', leader: 'dept', inspector: 'region', auditor: 'all' }),
  revealFields: onCase('trust.md S13', { 'window-clerk': 'hall', handler: 'item', 'section-head': 'dept', inspector: 'region' }), readOpening: house('Hard separations', 'inspector'),
  // 窗口：what is done at a window is the window's (申办 C on behalf; 受理 C); what is handed out, of whoever does its paperwork.
  windowToday: house(`${seeing} V hall`, 'window-clerk'), itemsAtWindow: house(apply, 'window-clerk'), itemAtWindow: house(apply, 'window-clerk'), numberAtWindow: house(apply, 'window-clerk'),
  findApplicants: house(apply, 'window-clerk'), registerAtWindow: house(apply, 'window-clerk'),
  issueAccessCode: onCase(receipt, { 'window-clerk': 'hall' }), noticeOfCase: onCase(duty, { 'window-clerk': 'hall', handler: 'item' }),
  // 登录：the door is for whoever comes; what is one's own, for whoever is in. Accounts are opened by one administrator, second factors taken back by the other.
  setUpWanted: everybody('—'), setUp: everybody('by the code on the console alone'), signIn: everybody('—'), signInChallenge: everybody('—'), signInByKey: everybody('—'), signOut: everybody('—'),
  activate: everybody('by the code that one was given'), registerApplicant: everybody('申请人'), followCase: everybody('by the access code of the case'),
  me: signedIn('—'), changePassword: signedIn('—'), setSecondFactor: signedIn('—'), mySessions: signedIn('—'), endOtherSessions: signedIn('—'), endSession: signedIn('—'), statePurpose: signedIn('—'),
  clearPurpose: signedIn('—'), issueActivation: house(`${accounts} (C)`, 'system-admin'), issueSecondPart: house(`${accounts} (A)`, 'security-admin'), removeSecondFactor: house(`${accounts} (A)`, 'security-admin'),
  // 视频：监 V + X with a reason; 大厅监控员 asks for holds and exports of own hall; administrators register cameras and see no picture; what is kept for how long is the inspector's.
  RecordFootage: nobody, LapseSegments: nobody, SpareSegments: nobody, ExpireSegments: nobody, ReportAmiss: nobody, ReportRestored: nobody, DisputeFootage: nobody, OpenView: nobody, RecordLiveWatch: nobody, RecordSnapshot: nobody, RecordExport: nobody,
  PublishEvidenceKey: nobody, evidenceBundle: house(`${video} X with a reason`, 'inspector'), evidenceKey: everybody('published'),
  RegisterCamera: house(`${video} health only`, 'system-admin'), ChangeCamera: house(`${video} health only`, 'system-admin'), RetireCamera: house(`${video} health only`, 'system-admin'),
  IssueStreamKey: house(`${video} health only`, 'system-admin'), DeclareFilming: house(`${video}; 提示标识 (I.2)`, 'hall-manager'), AllowShortening: house(`${video} health only`, 'system-admin'), SetRetention: house(video, 'inspector'),
  PlaceHold: house(`${video} asks for holds`, 'hall-monitor', 'inspector'), RequestHoldRelease: house(`${video} asks`, 'hall-monitor', 'inspector'), ApproveHoldRelease: house(`${video} granted by 监`, 'inspector'),
  RequestExport: house(`${video} asks for exports`, 'hall-monitor', 'inspector'), ApproveExport: house(`${video} granted by 监`, 'inspector'),
  // Live: 大厅管理 V live hall, 监控员 own hall, 监 every hall. Recorded: with a case number or a reason. Register and health without a picture: administrators; V log.
  filmedHalls: house(`${video} V live hall`, 'hall-manager', 'hall-monitor', 'inspector'), atWindowsNow: house(`${video} V live hall`, 'hall-manager', 'hall-monitor', 'inspector'),
  footageSnapshot: house(video, 'hall-monitor', 'inspector'), maskedSegment: house(video, 'hall-monitor', 'inspector'),
  openFootageView: house(video, 'hall-monitor', 'inspector'), footageOf: house(video, 'hall-monitor', 'inspector'), playlistOf: house(video, 'hall-monitor', 'inspector'), segmentOf: house(video, 'hall-monitor', 'inspector'),
  footageOfCase: onCase(`${video}；${seeing}`, { 'hall-monitor': 'hall', inspector: 'region' }), cameraRegister: house(`${video} health only; V log`, 'system-admin', 'inspector', 'auditor'),
  issueStreamKey: house(`${video} health only`, 'system-admin'), publicVideo: everybody('提示标识 (I.2)'),
  'query-cameras': house(`${video}; V log, health`, 'hall-manager', 'hall-monitor', 'inspector', 'system-admin', 'auditor'), 'query-holds': house(`${video}; V log`, 'hall-monitor', 'inspector', 'auditor'),
  'query-footage-exports': house(`${video}; V log`, 'hall-monitor', 'inspector', 'auditor'), 'query-footage-hours': nobody, 'query-footage-moments': nobody, 'query-footage-seats': nobody,
  // 查询
  health: everybody('—'), house: everybody('—'), checkAnswers: everybody(`${catalogue} V public`), ruleCatalogue: signedIn('every rule is told to those whom it judges'),
  listCases: house(seeing, ...Object.keys(viewing) as Role[]), searchCases: house(seeing, ...Object.keys(viewing) as Role[]), searchCasesByBody: house(seeing, ...Object.keys(viewing) as Role[]),
  countCases: house(seeing, ...Object.keys(viewing) as Role[]),
  // The board of the inspection room: V region, V all.
  // 部门：V dept of heads and leaders, V all.
  department: house(`${figures} V dept, V all`, 'section-head', 'leader', 'inspector', 'auditor'),
  // 发牌 V: of theirs, of their department, at their hall, of the region; what a card is, for whoever it is dealt to and whoever answers for it.
  appealsOpen: house(`${cards} V`, 'section-head', 'leader', 'inspector'),
  listCards: house(`${cards} V`, 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor'), readCard: house(`${cards} V`, 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor'),
  board: house(`${figures} V all`, 'inspector', 'auditor'),
  myAway: house(`${handle} 外出：each their own`, 'window-clerk', 'handler', 'section-head', 'leader', 'hall-manager'),
  replayCase: onCase(seeing, viewing), momentsOfCase: onCase(seeing, viewing), ledgerOfCase: onCase(seeing, viewing), receiptOfCase: onCase(seeing, viewing), actionsOfCase: onCase(seeing, viewing),
  // 工作台：what waits for whoever has a step of the way.
  desk: house(handle, 'window-clerk', 'handler', 'section-head', 'leader'), deskWaiting: house(handle, 'window-clerk', 'handler', 'section-head', 'leader'), 'query-desk': nobody,
  // 统计 V own, V dept, V dept, V hall, V all, V, V, –, V; the cases behind a figure are for those who see cases.
  processMap: house(figures, 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'disclosure-officer', 'complaints-officer', 'auditor'),
  casesOfMap: house(`${figures}；${seeing}`, 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor'),
  // What other rules, limits and days would do is for who proposes and publishes rules.
  whatIf: house(rules, 'inspector'), whatIfByBody: house(rules, 'inspector'), whatIfProgress: house(rules, 'inspector'), stopWhatIf: house(rules, 'inspector'),
  // 事项库 propose, A, V: who proposes other limits, decides on them or answers for them sees what they would touch.
  limitImpact: house(catalogue, 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor'),
  // 事项库 propose, A, V, C technical: the editor and what it is told; 辖区's leader answers for the items of theirs.
  itemList: house(catalogue, 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'system-admin', 'auditor'), itemVersions: house(catalogue, 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'system-admin', 'auditor'),
  officers: house(`${catalogue} 人员关联`, 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'system-admin', 'auditor'), checkItem: house(`${catalogue} propose, A, C technical`, 'handler', 'section-head', 'hall-manager', 'system-admin'),
  // 样表 come in from whoever proposes or publishes; those of drafts are seen by whoever sees proposals, those of published versions by everybody (K 事项库 V public).
  handInForm: house(`${catalogue} propose, A`, 'handler', 'section-head', 'hall-manager'), formOfItem: house(`${catalogue} propose, A, V, C technical`, 'handler', 'section-head', 'hall-manager', 'inspector', 'system-admin', 'auditor'),
  publicItem: everybody(`${catalogue} V public`), publicForm: everybody(`${catalogue} V public`),
  // 牵动 is counted for who says the change, and for who watches over it.
  touchesOfPerson: house(accounts, 'system-admin', 'security-admin', 'inspector', 'auditor'), touchesOfOrganisation: house(accounts, 'system-admin', 'inspector', 'auditor'),
  // 日历 is public; whoever is signed in reads it.
  calendarYear: signedIn(`${days} V`),
  touchesOfDictionary: house(catalogue, 'hall-manager', 'system-admin'),
  touchesOfCalendar: house(`${days} propose, A, C, V`, 'hall-manager', 'inspector', 'system-admin', 'auditor'), houseHealth: house(`${log} V technical, V all`, 'system-admin', 'auditor'),
  rightsOfPerson: house(`${accounts} V`, 'security-admin', 'inspector', 'auditor'),
  // 集合
  'query-cases': house(seeing, ...Object.keys(viewing) as Role[]), 'query-case-paths': nobody, 'query-case-timelines': house(`${seeing} V region, V all`, 'inspector', 'auditor'),
  'query-cards': house(`${cards} V`, 'handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'system-admin', 'auditor'),
  'query-activities': house(`${figures} V all`, 'inspector', 'disclosure-officer', 'complaints-officer', 'auditor'),
  'query-items': signedIn(`${catalogue} V public`), 'query-item-proposals': house(`${catalogue} propose, A, V, C technical`, 'handler', 'section-head', 'hall-manager', 'inspector', 'system-admin', 'auditor'), 'query-dictionaries': signedIn(`${catalogue} V public`), 'query-halls': signedIn('public'), 'query-notice-templates': house(`${catalogue}, A, V, C technical`, 'hall-manager', 'system-admin', 'inspector', 'auditor'), 'query-organisations': signedIn('public'),
  'query-people': house(accounts, 'inspector', 'system-admin', 'security-admin', 'auditor'), 'query-applicants': house(accounts, 'inspector', 'system-admin', 'security-admin', 'auditor'),
  'query-keys': house(accounts, 'inspector', 'security-admin', 'auditor'), 'query-access-log': house(log, 'inspector', 'system-admin', 'auditor'),
  'query-looks': house(`${log} V, V all (one's own is told elsewhere, as far as no investigation delays it)`, 'inspector', 'auditor'), 'query-erasures': house('G.4 删除; decided by the security administrator', 'security-admin', 'auditor'),
  'query-quarantine': house('administrators technical; V region, V all', 'inspector', 'system-admin', 'auditor'),
}

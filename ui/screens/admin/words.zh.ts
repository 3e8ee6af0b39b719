/** 管理的用语。 */
export const words = {
  parts: { people: '人员与角色', organisations: '组织', halls: '大厅', cameras: '摄像机', keys: '钥匙', dictionaries: '字典', calendar: '日历', health: '体检', log: '登录与授权记录' } as Record<string, string>, navigation: '管理', rules: '规则',
  sentence: {
    people: (n: string, away: string) => `登记 ${n} 人，其中停用 ${away} 人。`, organisations: (n: string) => `在册组织 ${n} 个。`, halls: (n: string) => `大厅 ${n} 个。`, keys: (n: string, locked: string) => `钥匙 ${n} 把，锁着 ${locked} 把。`, dictionaries: (n: string) => `字典 ${n} 部。`,
    calendar: (year: string, working: string, made: string, off: string) => `${year} 年工作日 ${working} 天，其中调休上班 ${made} 天；节假日 ${off} 天。`, health: { ok: '各项都好。', warn: '有要留意的。', bad: '有不好的，先看第一条。' } as Record<string, string>, log: '谁登录过，谁给谁授了什么，都在这里。',
  },
  find: '按姓名、编号、部门找', toList: '回到名单', everyRole: '全部角色', everyDepartment: '全部部门', none: '没有符合的。', clear: '看全部', choose: '选一个人，右边看他的角色，办他的手续。', more: '再看一些', cancel: '不办了', done: '已记下', did: (what: string) => `${what}：已记下`, waits: '网络断了，连上后自动发出，只发一次。', says: (what: string, more: string) => `${what}：${more}`, go: '记下',
  head: { person: '人员', place: '部门与岗位', roles: '角色', name: '名称', kind: '类别', above: '上级', state: '状态', holder: '持有人', terminal: '终端', when: '时间', what: '事项', who: '经手', about: '对谁', said: '内容', code: '代码', zh: '中文', en: '英文' },
  suspended: '已停用', inOffice: '在任', closed: '已撤销', open: '在册', locked: '已锁', bound: '可用', until: (day: string) => `至 ${day}`, of: (place: string) => `范围 ${place}`, last: '只有他', region: '辖区', own: '本人',
  scopes: { own: '本人', department: '部门', hall: '大厅', region: '辖区', all: '全部' } as Record<string, string>, kinds: { region: '区划', department: '部门', office: '科室', hall: '大厅', window: '窗口', branch: '分厅', township: '乡镇大厅' } as Record<string, string>,
  acts: {
    'enrol-person': '登记人员', 'move-person': '调动', 'suspend-person': '停用', 'reinstate-person': '恢复', 'grant-role': '授予角色', 'withdraw-role': '收回角色', 'bind-key': '绑定钥匙', 'lock-key': '锁钥匙', 'unlock-key': '解锁钥匙', 'unlock-sign-in': '解除登录锁定',
    'establish-organisation': '设立组织', 'rename-organisation': '改名', 'close-organisation': '撤销', 'open-hall': '开设大厅', activation: '发启用码（前一段）', second: '交启用码（后一段）', totp: '收回第二因子', 'publish-dictionary': '发布下一版', 'publish-calendar': '公布', 'amend-calendar': '修订', 'set-office-hours': '设办公时间',
  } as Record<string, string>,
  field: { id: '编号', person: '人员', name: '姓名', department: '部门', post: '岗位', hall: '大厅', reason: '理由', role: '角色', scope: '范围', of: '所及部门或大厅', basis: '任命依据', until: '至何日', terminal: '终端', publicKey: '公钥', title: '名称', kind: '类别', parent: '上级组织', division: '行政区划代码', zone: '时区', key: '钥匙编号',
    layer: '层级', place: '适用地', year: '年份', notice: '通知（标题或网址）', knownOn: '获知日', dayName: '这些天叫什么', opensAt: '上班', closesAt: '下班', effectiveFrom: '施行日', from: '每年自', to: '每年至', hoursBasis: '依据' } as Record<string, string>,
  hint: { id: '字母、数字、点或横线；登记后不能改', until: '不填：长期', division: '六到十二位数字', season: '月-日，例如 10-08；全年不填' } as Record<string, string>, noHall: '不在大厅', noParent: '没有上级', houseWide: '各厅默认',
  code: '启用码', codeOnce: '只显示这一次，当面交给本人。', codeSecond: '本人还没有动态口令：后一段由安全管理员交。', codeUntil: (at: string) => `${at} 前有效`,
  touches: {
    title: '会牵动什么', person: (name: string) => `${name}现在：`, held: (n: string) => `手上在办 ${n} 件`, items: (n: string) => `授权办理 ${n} 个事项`, only: (n: string) => `其中 ${n} 个只有他能承办`, roles: (n: string) => `有效角色 ${n} 项`, lastOf: (n: string) => `其中 ${n} 项只有他有`, keys: (n: string) => `可用钥匙 ${n} 把`, sessions: (n: string) => `正在登录 ${n} 处`,
    suspend: '停用后：角色全部停效，登录立即结束。件不会自动转给别人。', move: '调动后：原有角色全部收回，钥匙锁定，登录立即结束；新岗位要用的另行授予、重新绑定。', withdraw: '收回后立即失效，登录结束一次，其余角色仍在。', grant: '授予后登录结束一次，重新登录即可用。', onlyTag: '只有他', ofItems: '这些事项', ofRoles: '这些角色', counted: (what: string, n: string) => `${what}（${n}）`,
    organisation: (name: string) => `${name}现在：`, children: (n: string) => `下级组织 ${n} 个还没撤销`, people: (n: string) => `在任 ${n} 人`, handles: (n: string) => `承办 ${n} 个事项`, openCases: (n: string) => `在办 ${n} 件`, close: '撤销后不再设下级；人员和事项要另外调整。',
    days: (open: string, clocks: string) => `在办 ${open} 件，走着的时限 ${clocks} 个。`, moved: (cases: string, clocks: string) => `${cases} 件的 ${clocks} 个应办结日会移。`, none: '没有应办结日会移。', later: (n: string) => `${n} 个推后`, earlier: (n: string) => `${n} 个提前`, newly: (n: string) => `${n} 个会变成超期`, fewer: (n: string) => `${n} 个不再超期`,
    by: (days: string, n: string) => `移 ${days}：${n} 个`, hour: '同一天，钟点变', list: (n: string) => `看这 ${n} 个`, unlisted: (n: string) => `另有 ${n} 个在查看范围之外，只计数。`, since: (day: string) => `从 ${day} 起才为人所知，按那天算。`, counting: '正在算…', fromTo: (a: string, b: string) => `${a} → ${b}`, nothing: '和现在一样，没有要记的。',
    kinds: { promised: '承诺', statutory: '法定', step: '环节', notice: '补正告知', special: '特别程序', superior: '上级', delivery: '送达', publication: '公开' } as Record<string, string>,
  },
  year: { known: '看哪天所知的', hall: '看哪个大厅', hallHouse: '各厅通用', previous: '上一年', next: '下一年', month: (n: number) => `${n} 月`, weekdays: ['一', '二', '三', '四', '五', '六', '日'], work: '班', rest: '休', weekend: '周末', working: '工作日', made: '调休上班', off: '放假', today: '今天', provisional: '这一年的放假安排还没有公布，日子是暂定的。', asKnown: (day: string) => `按 ${day} 所知`,
    notices: '各层通知', amends: '修订', publishes: '公布', notYet: '那天还不知道', offDays: (n: string) => `放假 ${n} 天`, workDays: (n: string) => `上班 ${n} 天`, ordinary: (n: string) => `恢复常规 ${n} 天`, hours: '办公时间', defaults: '没有设过，按 08:30—17:30。', change: '改日历', changing: '点日子来改：放假、上班、恢复常规。', stop: '不改了', chosen: (n: string) => `改 ${n} 天`, none: '还没有点日子。', setHours: '设办公时间', season: (a: string, b: string) => `每年 ${a} 至 ${b}`, from: (day: string) => `${day} 起`, unsure: '获知日存疑',
    layers: { national: '全国', province: '省', prefecture: '州市', county: '县', office: '大厅' } as Record<string, string>, said: { off: '放假', working: '上班', ordinary: '恢复常规' } as Record<string, string>, cannot: '只有监察员能公布和修订；这里可以先算会牵动什么。' },
  dictionary: { open: '打开', version: (n: string) => `第 ${n} 版`, entries: (n: string) => `${n} 条`, retired: '停用', add: '加一条', fresh: '新字典', name: '字典名称', id: '字典编号', more: '发布后代码不能改、不能删，只能停用。', next: (n: string) => `发布第 ${n} 版`, row: (n: string) => `第 ${n} 条` },
  camera: {
    sentence: (n: string, live: string) => `摄像机 ${n} 台，有画面的 ${live} 台。`, notRecording: '这里没有开录像。', storage: (free: string, hours: string) => `录像盘还剩 ${free} GB，照现在的写法够 ${hours} 小时。`, amiss: (missing: string, altered: string, disputed: string) => `文件少了 ${missing} 段，被改 ${altered} 段，存疑 ${disputed} 件`, storageStates: { ok: '够用', low: '快满了', full: '满了：已停录不重要的', lost: '录像盘不在' } as Record<string, string>,
    policy: (base: string, step: string, supplement: string, complaint: string, card: string) => `保存：普通 ${base} 天，办理环节 ${step} 天，告知补正 ${supplement} 天，投诉办结后 ${complaint} 天，发牌后 ${card} 天；留存的不删。`, days: '保存天数', daysHint: '不少于 30 天（公共安全视频图像条例第十七条）', key: '推流码', issued: '已发', notIssued: '没有发', retired: '已停用', window: '窗口', source: '来源', sources: { rtmp: '摄像机推流（RTMP）', rtsp: '去取流（RTSP）', file: '文件' } as Record<string, string>, url: '取流地址', urlHint: '地址里不写用户名和口令', priority: '优先级', priorityHint: '1 最重要，盘满时最后停', seconds: '每段秒数', idHint: '小写字母、数字、横线；登记后不能改',
    kinds: { window: '窗口', screen: '屏幕', overview: '全景' } as Record<string, string>, states: { live: '有画面', silent: '无画面', frozen: '画面冻结', off: '没有接入' } as Record<string, string>, acts: { register: '登记摄像机', change: '更改', retire: '停用', key: '发推流码' } as Record<string, string>, masked: (n: string) => `遮挡 ${n} 处`,
    keyOf: (camera: string) => `推流码：${camera}`, keyOnce: '只显示这一次，关掉就再也看不到；旧码随即失效。', keyHow: '填进摄像机的推流设置，作为流名。', masks: '遮挡', masksHow: '在画面上点出多边形的各角，再点「围起来」；也可以按百分比写。', maskClose: '围起来', maskAdd: '加一块', maskDrop: '去掉', mask: (n: string) => `第 ${n} 块，各角横竖百分比`,
  },
  health: { ok: '好', warn: '留意', bad: '不好', at: (time: string) => `${time} 看的`, again: '再看一次', version: (v: string, node: string) => `明鉴 ${v}，Node ${node}`,
    checks: { book: '事件簿', verified: '全簿核验', clock: '时钟', permissions: '权限', owner: '归属', keys: '钥匙', disk: '磁盘', rows: '查询行', witnesses: '见证', signer: '签名人', 'set-up': '三员', environment: '环境', dumps: '转储', address: '地址', node: '运行环境', backup: '备份', footage: '录像' } as Record<string, string> },
  log: { person: '对谁（编号）', kind: '哪一类', every: '全部', day: '哪天', technical: '系统管理员只看登录和凭证，不看授权内容。',
    kinds: { PersonEnrolled: '登记', PersonMoved: '调动', PersonSuspended: '停用', PersonReinstated: '恢复', RoleGranted: '授权', RoleWithdrawn: '收权', CredentialSet: '凭证', SignInLocked: '登录锁定', SignInUnlocked: '登录解锁', SessionStarted: '登录', SessionEnded: '退出', KeyBound: '绑钥匙', KeyLocked: '锁钥匙', KeyUnlocked: '解锁钥匙' } as Record<string, string> },
  separator: '、', roleOf: (role: string, scope: string) => `${role}（${scope}）`,
}
export type Words = typeof words

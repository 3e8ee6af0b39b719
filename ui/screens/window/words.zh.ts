/** 窗口 — what the screen of the window says in Chinese. */
export const words = {
  sentence: { mine: { before: '今天我收了 ', after: (_one: boolean) => ' 件' }, none: '今天还没有收件', supplied: { before: '，', after: (_one: boolean) => ' 件补正来了' }, waiting: { before: '，', after: (_one: boolean) => ' 件等受理' }, ready: { before: '，', after: (_one: boolean) => ' 件等领取' }, end: '。' },
  /** Another case is asked for while one is half done. */
  half: '手上这件还没办完：先办完，或者清空，再接着办别的。',
  openList: (name: string, n: string) => `${name} ${n} 件，打开列表`,
  lists: { mine: '我今天收的', supplied: '补正来了', waiting: '等受理', asked: '等申请人补正', ready: '等领取' },
  listed: { empty: { mine: '今天还没有收件。', supplied: '没有补正来的件。', waiting: '没有等受理的件。', asked: '没有等补正的件。', ready: '没有等领取的件。' }, more: (shown: string, all: string) => `共 ${all} 件，这里是 ${shown} 件。`, whole: '看全部',
    columns: { light: '期限', item: '办件', stage: '状态', act: '操作' }, goOn: '接着办', hand: '送达', handLate: '补录', handLateOf: (no: string) => `补录送达 ${no}`, paper: '补打', handed: (no: string) => `${no} 已送达。`, waits: '网络断了，连上后自动发出，只发一次。', title: '今天的窗口' },
  who: {
    title: '申请人', find: '姓名、手机号、身份号码或统一社会信用代码', hint: '扫证件，或输入完整的姓名、号码', looking: '正在找…', results: '找到的人', choose: (name: string) => `选 ${name}`,
    none: '没有登记过这个人。', noneOrganisation: '没有这个单位的办件。', add: '登记申请人', name: '姓名', number: '证件号码', phone: '手机号（选填）', document: '核对了什么证件',
    documents: { 'resident-card': '居民身份证', 'residence-permit': '外国人永久居留身份证', passport: '护照', other: '其他证件' }, save: '已核对证件，登记', organisation: '单位名称', takeOrganisation: '用这个单位',
    change: '换一个人', casesHere: (n: string) => `在本厅办过 ${n}`, noCases: '在本厅没有办过件', phone4: (kept: string) => `电话 ${kept}`, more: '同名的人还有，请用证件号码找。',
    agent: '代理人来办', agentTitle: '代理人', authorisation: '授权委托书', authorisationLaw: '《行政许可法》第二十九条', registered: '已登记', chosen: '申请人已选定', checked: '号码的校验码对',
  },
  item: {
    title: '事项', find: '事项名称、拼音首字母或编码', usual: '常办', found: '找到的事项', none: '没有这样的事项。', change: '换一个事项', promise: (days: string) => `承诺 ${days}`, immediate: '即办件，当天办结',
    notYours: '您没有这个事项的受理授权，由授权的窗口受理。', own: (n: string) => `您受理过 ${n}`, statutory: (days: string) => `法定 ${days}`, form: '表单',
    renewal: '延续的证照', licenceNo: '原证照编号', expiresOn: '到期日', renewalHint: '到期前没有决定的，视为准予延续。',
  },
  materials: {
    title: '材料清单', all: '全部收到', got: '收到', pages: '页数', pagesOf: (name: string) => `${name}的页数`, required: '必需', optional: '非必需', copies: (n: string) => `${n} 份`, kinds: { original: '原件', copy: '复印件', electronic: '电子件' } as Record<string, string>,
    attach: '附文件', attachTo: (name: string) => `给${name}附文件`, camera: '拍照', cameraFor: (name: string) => `拍${name}`, late: '材料不是刚才收到的，可以补录收到的时刻。', drop: '文件可以拖到这里，或在这一行粘贴', uploaded: '已存', waits: '待传', lost: '没传上，请重新选', remove: (name: string) => `去掉 ${name}`,
    count: (got: string, all: string) => `${got} / ${all} 份`, wholeHint: '先选事项，清单会列在这里。', wrongPages: '页数是 0 到 10000 的整数',
  },
  notice: {
    title: (n: string) => `一次告知：缺 ${n} 份材料`, lead: '一次说全，只能告知一次。', reason: '缺什么、怎么补', basis: '依据', usual: '未提交',
    reasonOf: (name: string) => `${name}：缺什么、怎么补`, basisOf: (name: string) => `${name}：依据`, told: '已经一次告知过，不能再要求补正：告知的材料交齐就须受理。',
  },
  act: {
    accept: '受理', supplement: '发一次告知', supplementGo: '发出并打印告知书', refuse: '不予受理', supplied: '补正收到，受理', give: '不办了，清空', sure: '已收件的这件会留在「等受理」里。', back: '回到填写',
    needs: { applicant: '先选申请人', item: '先选事项', form: '表单还没有填对', materials: (n: string) => `还缺 ${n} 份必需的材料，只能发一次告知`, pages: '页数不对', agent: '先选代理人', renewal: '写上原证照编号和到期日', authorised: '您没有这个事项的受理授权' },
    saved: (time: string) => `${time} 已存在这台电脑`, busy: '正在办…', steps: { number: '取流水号', submit: '收件', upload: '传附件', receipt: '登记材料', attach: '附件入案', supplied: '登记补正', accept: '受理', supplement: '一次告知', refuse: '不予受理', notice: '记下已告知' },
    stopped: '网络断了，停在这一步。网络恢复后从这里接着办，不会重复。', keys: 'Ctrl ↵', began: (no: string) => `已收件 ${no}，申请人和事项不能再改。`,
  },
  refusal: {
    title: '不予受理', more: '要写清理由、依据和救济途径，发出就不能收回。', code: '情形', reason: '理由', basis: '依据', remedies: '救济途径', organ: '应向何机关申请', go: '不予受理并打印通知书', cancel: '先不',
    usualRemedies: '对本决定不服的，可以自收到本通知书之日起六十日内申请行政复议，或者自收到之日起六个月内依法提起行政诉讼。',
  },
  done: {
    accepted: (no: string) => `已受理 ${no}`, supplement: (no: string) => `已一次告知 ${no}`, refused: (no: string) => `不予受理 ${no}`, print: '打印', next: '下一位', open: '打开这件', receipt: '下载受理凭据', receiptHint: '凭据可以离线核对，证明这件的受理在账上。',
    code: '查询密码', codeHint: '凭受理编号和查询密码查进度。只显示这一次。', issue: '发查询密码', again: '重发查询密码', checkedDocument: '已核对证件', which: '打印哪一份', due: (day: string) => `${day}前办结`, handed: '已送达',
    immediate: '即办件：今天办结。这里跟着它走，办结就能送达。', hand: '送达申请人', concluded: '已办结，可以送达。', waits: (step: string) => `现在在「${step}」`, accessTold: '念给申请人，或印在通知书上。',
  },
  sheet: {
    titles: { receipt: '收件凭证', acceptance: '受理通知书', supplement: '补正材料一次性告知书', 'non-acceptance': '不予受理通知书' }, to: (name: string) => `${name}：`, nobody: '申请人', number: '受理编号', applicationNo: '申办流水号', item: '申请事项', received: '收件日期', accepted: '受理日期', told: '告知日期',
    refusedOn: '决定日期', clerk: '经办人', department: '承办部门', hall: '受理地点', materials: '收到的材料', material: '材料', pages: '页数', no: '序号', agent: '代理人', noPages: '—',
    leads: {
      receipt: (item: string) => `您提交的“${item}”申请材料已收到，清单如下。材料是否齐全，五个工作日内一次告知；逾期不告知的，自收到之日起即为受理。`,
      acceptance: (item: string) => `您提出的“${item}”申请，材料齐全、符合法定形式，现予受理。`,
      supplement: (item: string) => `您提出的“${item}”申请，还需补正下列材料。以下为需要补正的全部内容，补齐后即予受理。`,
      'non-acceptance': (item: string) => `您提出的“${item}”申请，经审查不予受理。`,
    },
    due: '应办结日', dueLine: (day: string) => `最迟 ${day}办结`, statutory: '法定最后一天', ledger: '日期怎么算出来的', asked: '需要补正的材料', reason: '说明', basis: '依据', reasonCode: '情形', remedies: '救济途径', organ: '应向何机关申请', fees: (yuan: string) => `收费 ${yuan}`, free: '不收费。谁收费，请打 12345。',
    law: { acceptance: '依据《中华人民共和国行政许可法》第三十二条。', supplement: '依据《中华人民共和国行政许可法》第三十二条第一款第四项。', receipt: '依据《中华人民共和国行政许可法》第三十二条。', 'non-acceptance': '依据《中华人民共和国行政许可法》第三十二条。' },
    code: '查询密码', until: (moment: string) => `截至 ${moment}`, head: (hash: string, size: string) => `账首 ${hash}（${size} 条）`, barcode: (no: string) => `条码：${no}`, demonstration: '演示县，虚构数据，不是公文。', region: (name: string) => `单位：${name}`, follow: '在家查进度', followHow: '扫二维码，或打开下面的网址，填受理编号和查询密码。', caseNo: '受理编号', noCode: '查询密码凭身份证件在窗口领取。', qr: (address: string) => `二维码，查进度的网址：${address}`,
    label: (title: string) => `${title}，打印样张`, sign: '（盖章）', unit: '页',
  },
  noticeTitle: '打印文书', missing: '没有这一份文书。',
}
export type Words = typeof words

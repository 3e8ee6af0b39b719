/** What the work on a case says in Chinese. */
export const words = {
  title: '办理', clocks: '期限', ledger: '账', ledgerOf: '期限账', promised: (limit: string) => `承诺期限（${limit}）`, law: (limit: string) => `法定期限（${limit}）`,
  noClock: '未起算', provisional: '暂定', materials: '材料', received: (n: string, pages: string) => `${n} 份${pages && `，${pages} 页`}`, noMaterials: '没有登记材料', missing: '缺', pages: (n: string) => `${n} 页`,
  files: '附件', attach: '交附件', view: (name: string) => `看「${name}」`, zoomIn: '放大', zoomOut: '缩小', turn: '转 90°', download: '下载', pdf: '这是 PDF，下载后看。', picture: (name: string) => `附件图片：${name}`,
  history: '经过', open: '打开整件和时光机', subCases: '协办意见', owed: '还没有意见', due: (day: string) => `应于 ${day}答复`,
  opinion: '我的意见', saved: (time: string) => `${time} 已存`, usual: '常用意见', keep: '存为常用', kept: '已存为常用',
  next: '下一步', others: '其他可以办的', more: (n: string) => `其他 ${n} 项`, back: (what: string) => `回到「${what}」`, cannot: '不能办的', nothing: '现在没有要您办的。', nothingMore: '这件在别处等着，您可以看。',
  waitingFor: (step: string, names: string) => `接下来：${step}${names && ` · ${names}`}`, sent: '等着发出：网络恢复后自动发，只发一次。', optional: '（选填）', required: '要填', tooMuch: '太长了', choose: '请选', saying: '正在记入…',
  verdict: (what: string, how: string) => `${what}：${how}`, thenSend: '，', send: (name: string, step: string) => `送${name}${step}`, because: (why: string) => `：${why}`, between: '、', again: '再读一次', full: '整件',
  done: (what: string) => `已记入：${what}`, add: '加一项', remove: (n: string) => `去掉第 ${n} 项`,
  /** 审定 of somebody else's step, in a word. */
  commands: {
    'register-receipt': '登记收件', 'correct-on-spot': '当场更正', 'pre-review': '预审', 'request-supplement': '告知补正', 'submit-supplement': '收补正材料', 'accept-case': '受理', 'refuse-acceptance': '不予受理', 'return-case': '退件',
    'start-special-procedure': '启动特别程序', 'end-special-procedure': '结束特别程序', 'extend-limit': '延期', 'notify-third-party': '告知利害关系人', 'open-sub-case': '请协办', 'give-sub-opinion': '出具协办意见', 'report-up': '上报',
    'record-superior-decision': '登记上级决定', 'complete-handling': '承办完成', 'review-case': '审核', 'approve-case': '批准', 'send-back': '退回上一步', 'complete-step': '登记一步', 'urge-case': '催办', 'send-notice': '发通知',
    'assess-fee': '核定收费', 'charge-fee': '收费', 'refund-fee': '退费', 'decide-case': '决定', 'conclude-case': '办结', 'terminate-case': '终止', 'withdraw-application': '撤回申请', 'deliver-result': '送达', 'publish-decision': '公开决定',
    'archive-case': '归档', 'correct-record': '更正记录', 'attach-document': '交附件',
  } as Record<string, string>,
  /** 不能办时的说法. */
  refusedTo: (what: string) => `不能${what}`,
  fields: {
    opinion: '意见', result: '结论', reason: '理由', basis: '依据', remedies: '救济途径', to: '退回到', kind: '种类', plannedWorkingDays: '计划几个工作日', approver: '批准人', workingDays: '延长几个工作日', interest: '重大利益关系', parties: '人数',
    department: '协办部门', subCase: '协办事项', documentNo: '文号', step: '做了什么', channel: '怎么送', standardId: '收费标准', amountFen: '金额（元）', receiptNo: '票据号', method: '怎么送达', where: '公开在哪里', archiveNo: '档号', target: '更正哪一条',
    correct: '应为', reasonCode: '属于哪种情形', rightOrgan: '应向哪个机关申请', materials: '材料', material: '材料', what: '改了什么', asked: '要补的材料', list: '收到的材料', pages: '页数',
  } as Record<string, string>,
  /** 同一个词在不同的地方说得不一样. */
  fieldsOf: { 'end-special-procedure': { result: '结果' }, 'send-notice': { kind: '通知' }, 'start-special-procedure': { kind: '特别程序' } } as Record<string, Record<string, string>>,
  values: { window: '窗口', post: '邮寄', online: '网上', sms: '短信', pass: '同意', back: '退回', refuse: '不予', grant: '准予', agree: '同意', disagree: '不同意', handling: '承办', reviewing: '审核', approving: '批准' } as Record<string, string>,
  remediesUsual: '自收到本决定之日起六十日内可以申请行政复议，或者六个月内提起行政诉讼。',
  /** 意见字典里没有时，各环节常用的话. */
  fallback: { handling: ['材料齐全，符合法定条件，拟准予。', '经核查符合规定，拟准予。', '不符合法定条件，拟不予许可，理由如下：'], reviewing: ['同意承办意见。', '程序合规，材料齐全，同意。', '退回补充：'], approving: ['同意。', '不同意，理由如下：'], other: ['同意。', '不同意，理由如下：'] } as Record<string, string[]>,
}
export type Words = typeof words

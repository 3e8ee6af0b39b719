export const words = {
  opinions: '意见', noOpinions: '还没有意见。', noOpinionsThen: '当时还没有意见。', round: (n: string) => `第 ${n} 轮`, count: (n: string) => `${n} 条`,
  notForApplicant: '这一栏只给承办单位和监察员看。',
  steps: { ApplicationPreReviewed: '预审', HandlingCompleted: '承办', ReviewCompleted: '审核', ApprovalGiven: '批准', SubOpinionGiven: '协办', CaseReportedUp: '上报', SuperiorDecided: '上级决定', StepSentBack: '退回' } as Record<string, string>,
  materials: '材料', noMaterials: '还没有材料。', noMaterialsThen: '当时还没有材料。', copies: (n: string) => `${n} 份`, asked: '要求补正', supplied: '已补交', notSupplied: '未补交', because: (reason: string, basis: string) => [reason, basis].filter(Boolean).join(' · '),
  opens: (name: string) => `${name}，在新页打开`, handedIn: '收到', attached: '附件', corrected: '更正',
  decide: '办理这张牌', decideLabel: (name: string) => `办理这张牌：${name}`,
  proof: '证明', placeOf: (position: string) => `这条事实在账本第 ${position} 位`, headOf: (size: string, time: string) => `账本头 ${size} 条${time && `，${time} 见证`}`, notWitnessed: '账还没有外部见证人', witnesses: (n: string) => `见证人 ${n} 家`,
  witnessTrouble: (name: string) => `${name} 没有应答`, see: '核对这条', key: 'v', checking: '正在核对…', holds: '在这台电脑上核对过：与账本头一致，之后未改动', holdsNot: '对不上：这条与账本头不一致。请保留现场并报审计员。',
  promised: '待锚定：一分钟内入账本头', unchecked: '这里的浏览器不能自己算摘要，请下载后离线核对', download: '下载证明', offline: '怎样离线核对', offlineHow: '把下载的文件和公布的账本头一起交给核验程序：', command: (file: string) => `mingjian verify-receipt ${file} --head checkpoint.txt`,
  head: '下载账本头', leafHash: '事实摘要', factOf: (title: string) => `证明：${title}`, noHead: '这里读不到账本头。', proveLabel: (position: string, title: string) => `第 ${position} 位的证明：${title}`,
  looks: '谁看过', looksTitle: '谁看过这一件', noLooks: '还没有人看过。', more: '只列最近 50 次。', lookLine: (name: string, department: string, kind: string) => [name, department, kind].filter(Boolean).join(' · '),
  sealed: '已封存', open: '填事由后看', openTitle: '打开封存的内容', purpose: '事由', purposeMore: '会和您的姓名一起记下，当事人看得到。', openGo: '记下事由，打开', reseal: '重新封上', restricted: '限制处理', gone: '已删除', empty: '没有封存的内容。', purposeNeeded: '先填事由',
  sealedFields: { applicantName: '申请人', applicantNumber: '证件号码', agentName: '代理人', form: '申请表' } as Record<string, string>,
  speed: '快慢', times: (n: string) => `${n}×`, pin: '定为甲', unpin: '不比了', pinned: (moment: string) => `甲：${moment}`, a: '甲', b: '乙', compareTo: '两个时刻相比', between: '其间的事实', none: '没有', andMore: (n: string) => `另有 ${n} 条`, undone: '甲有而乙没有', fields: '内容',
  earlier: (n: string) => `前面还有 ${n} 条`, later: (n: string) => `后面还有 ${n} 条`,
  work: '办理', workOpen: '办理这一件', of: (facts: string) => `共 ${facts}`,
}
export type Words = typeof words

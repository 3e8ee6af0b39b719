/** 操作 and what their forms ask, where the platform's own description has no word for it. */
export const words = {
  commands: {
    OpenHall: '开设大厅', ConfirmClock: '确认时钟', EnrolPerson: '登记人员', MovePerson: '调动人员', SuspendPerson: '停用人员', ReinstatePerson: '恢复人员', GrantRole: '授予角色',
    WithdrawRole: '收回角色', EstablishOrganisation: '设立组织', RenameOrganisation: '组织更名', CloseOrganisation: '撤销组织', UnlockSignIn: '解锁登录', BindKey: '绑定钥匙', LockKey: '锁定钥匙',
    UnlockKey: '解锁钥匙', PublishCalendar: '公布日历', AmendCalendar: '修订日历', SetOfficeHours: '设定办公时间', PublishItem: '发布事项', PublishDictionary: '发布字典', PublishNoticeTemplate: '发布文书模板', SubmitApplication: '申办',
    RegisterReceipt: '登记收件', CorrectOnSpot: '当场更正', PreReview: '预审', RequestSupplement: '一次性告知补正', SubmitSupplement: '提交补正', AcceptCase: '受理', RefuseAcceptance: '不予受理',
    ReturnCase: '退件', AttachDocument: '附上文件', StartSpecialProcedure: '启动特别程序', EndSpecialProcedure: '结束特别程序', ExtendLimit: '延期', NotifyThirdParty: '告知利害关系人',
    OpenSubCase: '开出子件', GiveSubOpinion: '出具子件意见', ReportUp: '上报', RecordSuperiorDecision: '登记上级决定', CompleteHandling: '办理完成', ReviewCase: '审核', ApproveCase: '批准',
    SendBack: '退回上一环节', CompleteStep: '完成环节', UrgeCase: '催办', SendNotice: '送出通知', AssessFee: '核定收费', ChargeFee: '收费', RefundFee: '退费', DecideCase: '作出决定',
    ConcludeCase: '办结', TerminateCase: '终止办理', WithdrawApplication: '撤回申请', DeliverResult: '送达', PublishDecision: '公开决定', ArchiveCase: '归档', CorrectRecord: '更正记录',
    RevokeCard: '撤牌', FileCardAppeal: '提起申诉', DecideCardAppeal: '裁决申诉', StayCard: '准予缓处', CorrectCard: '报送纠错', ConfirmCorrection: '确认纠错', ConfirmCard: '确认牌',
    RecordSanction: '登记处理', ProposeRule: '提议规则', PublishRule: '发布规则', ProposeRetirement: '提议停用规则', RetireRule: '停用规则', RequestOpening: '申请启封', ApproveOpening: '批准启封', DelayDisclosure: '延后告知查阅',
    RequestErasure: '申请删除', DecideErasure: '决定删除', ProposeItem: '提议事项',
    KeepOpinion: '收藏意见', DropOpinion: '弃用意见', AnnounceAway: '登记外出', EndAway: '结束外出',
    RegisterCamera: '登记摄像机', ChangeCamera: '变更摄像机', RetireCamera: '停用摄像机', IssueStreamKey: '签发推流钥匙',
    PlaceHold: '留存录像', RequestHoldRelease: '申请解除留存', ApproveHoldRelease: '批准解除留存', RequestExport: '申请调取录像',
    ApproveExport: '批准调取录像', SetRetention: '设定保存期', DeclareFilming: '公示摄像', AllowShortening: '准许缩短保存',
  } as Record<string, string>,
  /** Fields without a description of their own. English says every field by its name. */
  fields: {
    reason: '理由', basis: '依据', name: '名称', from: '从', to: '到', on: '日期', step: '环节', workingDays: '工作日', promisedWorkingDays: '承诺工作日', officers: '授权人员', material: '材料',
    what: '内容', field: '字段', matter: '事项', pages: '页数', remark: '说明', licenceNo: '证号', expiresOn: '到期日', zh: '中文', en: '英文', retired: '停用', code: '代码', min: '下限',
    max: '上限', maxLength: '最多字数', pattern: '格式', is: '等于', statute: '法律法规', clause: '条款',
  } as Record<string, string>,
}
export type Words = typeof words

/** What the shared parts say in Chinese. */
export const words = {
  close: '关闭', closeOf: (title: string) => `关闭「${title}」`,
  changed: {
    title: '别人刚改了这件', more: '您写的还在。看看两边，再决定。', what: '项', theirs: '现在是', mine: '您写的',
    again: '按现在的情形再提交', drop: '不交了，看现在的', keep: '先放着，接着改',
  },
  form: {
    optional: '（选填）', yes: '是', no: '否', choose: '请选', yuan: '元', wrong: (n: string) => `${n} 项要改`, tooLong: (n: string) => `最多 ${n} 字`,
    add: (what: string) => `加一项${what}`, remove: (what: string, n: string) => `去掉${what}第 ${n} 项`, nth: (n: string) => `第 ${n} 项`, line: '一行一项',
    missing: '必填', notANumber: '不是数', notMoney: '不是金额，例如 120 或 99.50', notADay: '不是日期',
  },
  late: {
    open: '补录：何时发生的', when: '何时发生的（当地时间）', between: (from: string) => `不早于上一条事实（${from}），不晚于现在。`, notAfterNow: '不早于这件的上一条事实，不晚于现在。',
    marked: '这一条会标为补录：经过里写明何时发生、何时记入。', close: '不是补录', wrong: { required: '要填日期和时间', early: '早于上一条事实', future: '晚于现在', 'claim-out-of-bounds': '要在上一条事实与现在之间' } as Record<string, string>,
  },
  saved: (time: string) => `${time} 已存`,
  blank: { blankForm: '空白样表', sampleForm: '填写文例', download: '下载', opens: (name: string, form: string) => `${name}的${form}，在新页打开，可打印`, downloads: (name: string, form: string) => `下载${name}的${form}` },
  toasts: '消息', open: '打开', dismiss: '知道了',
}
export type Words = typeof words

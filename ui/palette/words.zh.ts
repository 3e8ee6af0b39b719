/** What the palette says in Chinese. */
export const words = {
  title: '查找与操作', field: '找办件、事项、人、去处、操作', hint: '输入办件号、事项、人名，或要做的事；拼音首字母也行', none: (q: string) => `没有找到「${q}」。`, found: (n: string) => `${n} 项`,
  groups: { places: '去处', actions: '操作', cases: '办件', items: '事项', people: '人员' }, onCase: (id: string) => `对 ${id}`, listOf: (q: string) => `在办件里找「${q}」`, byApplicant: (q: string) => `按申请人找「${q}」`,
  heldBy: (name: string) => `${name}受理的办件`, itemCases: '这一事项的办件', needs: (roles: string) => `须由${roles}`, or: '、', move: '上下', choose: '选', leave: '关闭',
  subject: '编号', subjectMore: '对什么说：人员、事项、牌或大厅的编号', go: '提交', back: '返回', done: (what: string) => `已记入：${what}`, waits: (what: string) => `网络断了，「${what}」等着发出`,
  keys: { title: '按键', here: '这一页', everywhere: '到处', palette: '查找与操作', all: '全部按键', primary: '主要操作', escape: '关闭、返回', table: '图的表格', goes: (place: string) => `去${place}`, off: '字母键在输入时不起作用，也可以在设置里关掉。' },
  rules: { missing: '必填', number: '须是数', money: '须是金额，例如 120 或 99.50', too_small: '太少或太短', too_big: '太多或太长', other: '不符合要求' } as Record<string, string>,
  revision: '现在的版次', since: '新记入的事实',
}
export type Words = typeof words

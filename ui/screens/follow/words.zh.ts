/** 查进度 — for whoever has handed something in. */
export const words = {
  title: '查进度', lead: '受理编号和查询密码印在窗口给您的文书上。', number: '受理编号', code: '查询密码', go: '查询', again: '查另一件', where: '现在', department: '承办部门', hall: '受理地点', received: '收件', accepted: '受理', due: '应办结日',
  dueLine: (day: string) => `最迟 ${day}办结`, ended: '办结', asked: '等您补正的材料', reason: '说明', basis: '依据', at: (moment: string) => `截至 ${moment}`, lost: '密码丢了，请带身份证件到窗口重发。',
}
export type Words = typeof words

/** 部门 — the head's page. */
export const words = {
  loading: '正在读取…', which: '部门',
  sentence: { open: '在办 ', cases: (_one: boolean) => ' 件', among: '，其中 ', late: ' 件已超期', soon: ' 件临期', and: '、', stop: '。', none: '没有在办的件。' },
  under: { week: (n: string) => `本周到期 ${n} 件`, hold: (n: string) => `停表 ${n} 件`, untaken: (n: string) => `还没有人接手 ${n} 件`, away: (n: string) => `今天外出 ${n} 人`, asOf: (time: string) => `截至 ${time}` },
  load: {
    title: '谁手里有多少', more: '件龄按受理后的工作日', table: '各人在办的件，按件龄', who: '人', marks: '一点一件', open: '在办', late: '超期', soon: '临期', hold: '停表', week: '本周到期',
    ages: { unaccepted: '未受理', '0-2': '0–2', '3-5': '3–5', '6-10': '6–10', '11-20': '11–20', 'over-20': '20 以上' } as Record<string, string>,
    agesLong: { unaccepted: '还没有受理的', '0-2': '受理后 0–2 个工作日的', '3-5': '受理后 3–5 个工作日的', '6-10': '受理后 6–10 个工作日的', '11-20': '受理后 11–20 个工作日的', 'over-20': '受理后超过 20 个工作日的' } as Record<string, string>,
    untaken: '还没有人接手', untakenMore: '窗口刚收，或在别处', total: '合计', away: (until: string) => `外出至${until}`,
    cases: (who: string, what: string) => `件，${who}，${what}`, scroll: '可横向滚动',
  },
  week: { title: '本周要到期的', none: '本周没有要到期的件。', all: (n: string) => `全部 ${n} 件`, hand: (name: string) => `在${name}手里`, nobody: '还没有人接手' },
  cards: {
    title: '有效的牌', none: '没有有效的牌。', yellow: (n: string) => `黄牌 ${n}`, red: (n: string) => `红牌 ${n}`, appeals: (n: string) => `待裁决申诉 ${n}`, waits: (day: string) => `已申诉，${day}前裁决`,
    reported: '纠错报告已报送', of: (name: string) => `${name}名下`, all: (n: string) => `全部 ${n} 张`, since: (when: string) => `${when}起`,
  },
  away: {
    mine: { title: '我的外出', announce: '我要外出', none: '没有登记的外出。', more: '登记以后，本部门看得到您外出和谁代办；手里的件还在您名下。' },
    title: '外出', none: '没有登记的外出。', now: '外出中', coming: '将外出', from: (from: string, to: string) => from === to ? from : `${from} — ${to}`, standIn: (name: string) => `${name}代办`, noStandIn: '没有写代办人',
    waiting: (n: string) => `手里 ${n} 件在等`, waitingNone: '手里没有件', late: (n: string) => `${n} 件已超期`, soon: (n: string) => `${n} 件临期`, end: '结束', endOf: (name: string) => `结束${name}的外出`, announce: '登记外出',
    who: '谁', first: '首日', last: '末日', reason: '事由', stand: '代办人', nobody: '不写', say: '登记', back: '不登记', said: (name: string) => `${name}的外出已登记`, ended: (name: string) => `${name}的外出已结束`, choose: '请选',
    reasons: { leave: '休假', business: '公出', training: '培训', secondment: '借调' } as Record<string, string>, waits: '没有网络，恢复后发出。', empty: '须填写',
  },
  items: { title: '按事项', csv: '部门在办-按事项', item: '事项', open: '在办', late: '超期', soon: '临期', hold: '停表', says: (name: string, n: string, all: string) => `${all} 个事项有在办的件，最多的是${name}，${n}。`, none: '没有在办的件。' },
  trend: {
    title: '近 22 个工作日', csv: '部门在办-近22个工作日', day: '日', open: '下班时在办', late: '其中超期', note: '超期按今天所知的应办结日',
    says: (least: string, most: string, worst: string, day: string, now: string, late: string) => `每日下班时在办 ${least}–${most} 件，超期最多 ${worst} 件（${day}）；最近一天在办 ${now} 件，超期 ${late} 件。`,
    calm: (least: string, most: string, now: string) => `每日下班时在办 ${least}–${most} 件，没有一天有超期；最近一天在办 ${now} 件。`,
  },
}
export type Words = typeof words

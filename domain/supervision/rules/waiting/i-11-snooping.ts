import { awaiting } from './card.ts'

/** 查询无因 — every look by staff is a fact; one without a task is its own. */
export const snooping = awaiting({
  id: 'I-11',
  zh: '查询无因',
  en: 'Looking without cause',
  severity: 'YELLOW',
  clause: '个人信息保护法第五十一条',
  params: { sigmas: 3 },
  bounds: { sigmas: { from: 0.5, to: 10, whole: false } },
  awaits: ['CaseViewed', 'FootageViewed'],
  formula: {
    zh: '无任务而查看办件或者视频，或者查看次数高于均值加 sigmas 倍标准差',
    en: 'a case or footage viewed without a task, or more views than the mean plus sigmas standard deviations',
  },
  tells: ['inspector'],
  deduction: { YELLOW: 0 },
  confidential: true,
})

import { awaiting } from './card.ts'

/** 陪标 — who bids only so that another wins. */
export const collusion = awaiting({
  id: 'I-10',
  zh: '单一或陪标',
  en: 'Collusion hints',
  severity: 'HINT',
  clause: '招标投标法第三十二条',
  params: { times: 3 },
  bounds: { times: { from: 2, to: 100, whole: true } },
  awaits: ['BidSubmitted', 'TenderAwarded'],
  formula: {
    zh: '相同投标人一同投标不少于 times 次而中标人总是同一个，或者投标文件的机器、地址、作者相同',
    en: 'the same bidders at least times together with one winner, or bids from one machine, address or author',
  },
  tells: ['inspector'],
  confidential: true,
})

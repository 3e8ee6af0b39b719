import { awaiting } from './card.ts'

/** 改期、改历 — these facts are in the book, but no timeline of a calendar or an item brings them before the rules yet, nor who changed them. */
export const tampering = awaiting({
  id: 'I-12',
  zh: '改期改历',
  en: 'Moving the goalposts',
  severity: 'RED',
  clause: '优化营商环境条例第三十六条',
  awaits: ['CalendarAmended', 'OfficeHoursSet', 'ItemPublished'],
  formula: {
    zh: '办件在办期间改动日历、办公时间或者事项时限，且有办件因此不再逾期',
    en: 'the calendar, the office hours or an item’s limit changed while cases were open, and one is no longer late for it',
  },
  tells: ['inspector'],
  deduction: { RED: 0 },
  confidential: true,
})

import { awaiting } from './card.ts'

/** 数据报送 — a foreign system that has gone silent, or sends half records. */
export const exchangeGap = awaiting({
  id: 'R-28',
  zh: '数据报送',
  en: 'Exchange gap',
  severity: 'WARN',
  clause: '保市府办〔2010〕214号（数据报送）',
  params: { silentWorkingDays: 1, incompleteShare: 0.01 },
  bounds: { silentWorkingDays: { from: 0, to: 250, whole: true }, incompleteShare: { from: 0, to: 1, whole: false } },
  awaits: ['HeartbeatReceived', 'MessageAcknowledged', 'GapDetected'],
  formula: {
    zh: '外部系统满 silentWorkingDays 个工作日无心跳或者回执，或者不完整记录多于 incompleteShare',
    en: 'no heartbeat or receipt from a foreign system for silentWorkingDays, or more than incompleteShare of its records incomplete',
  },
  tells: ['system-admin'],
  deduction: { WARN: 1 },
})

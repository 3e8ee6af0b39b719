import { awaiting } from './card.ts'

/** 钥匙管理 — the electronic key goes with the post, not with the person. */
export const keyHygiene = awaiting({
  id: 'R-27',
  zh: '钥匙管理',
  en: 'Key hygiene',
  severity: 'WARN',
  clause: '建始县通报：钥匙管理',
  params: { rebindWorkingDays: 3, lockedWorkingDays: 5 },
  bounds: { rebindWorkingDays: { from: 0, to: 250, whole: true }, lockedWorkingDays: { from: 0, to: 250, whole: true } },
  awaits: ['PersonMoved', 'KeyBound', 'KeyLocked', 'KeyUnlocked'],
  formula: {
    zh: '人员调动后 rebindWorkingDays 个工作日以内未重新绑定钥匙，或者钥匙锁定满 lockedWorkingDays 个工作日',
    en: 'a person moved and the key not bound anew within rebindWorkingDays, or a key locked for lockedWorkingDays',
  },
  tells: ['system-admin', 'section-head'],
  deduction: { WARN: 1 },
})

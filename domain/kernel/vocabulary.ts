/** 环节 — the steps that an item's flow is made of (domain.md A.2). */
export const steps = ['handling', 'reviewing', 'approving'] as const
export type Step = typeof steps[number]

/** 特别程序 — the kinds of 行政许可法 45, and no other. */
export const specialProcedures = ['hearing', 'tender', 'auction', 'inspection', 'test', 'quarantine', 'appraisal', 'expert-review'] as const
export type SpecialProcedure = typeof specialProcedures[number]
export const specialProcedureNames: Readonly<Record<SpecialProcedure, { zh: string; en: string }>> = {
  hearing: { zh: '听证', en: 'hearing' }, tender: { zh: '招标', en: 'tender' }, auction: { zh: '拍卖', en: 'auction' }, inspection: { zh: '检验', en: 'inspection' },
  test: { zh: '检测', en: 'testing' }, quarantine: { zh: '检疫', en: 'quarantine' }, appraisal: { zh: '鉴定', en: 'appraisal' },
  'expert-review': { zh: '专家评审', en: 'expert review' },
}

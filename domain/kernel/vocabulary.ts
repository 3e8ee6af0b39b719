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

/** 办件类型 (domain.md A.1). */
export const caseTypes = ['IMMEDIATE', 'PROMISED', 'JOINT', 'REPORTED_UP'] as const
export type CaseType = typeof caseTypes[number]

/** 不予受理的理由 (行政许可法 32(1)(1)(2), 78). */
export const nonAcceptanceReasons = ['no-licence-needed', 'not-our-competence', 'false-materials'] as const

/** 通知 — kinds of written notice that a rule looks for; an item's office may send others. */
export const noticeKinds = ['acceptance', 'supplement', 'non-acceptance', 'special-procedure', 'extension', 'hearing', 'decision', 'refusal', 'collection'] as const

/** 告知对象 — 承 handler, 科 section head, 领 leader, 管 administrator, 监 inspector, 厅 hall manager, 申 applicant (domain.md D.1). */
export const duties = ['handler', 'section-head', 'leader', 'system-admin', 'inspector', 'hall-manager', 'applicant'] as const
export type Duty = typeof duties[number]

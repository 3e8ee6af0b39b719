/** 环节 — the steps that an item's flow is made of (domain.md A.2). */
export const steps = ['handling', 'reviewing', 'approving'] as const
export type Step = typeof steps[number]

/** 特别程序 — the kinds of 行政许可法 45, and no other. */
export const specialProcedures = ['hearing', 'tender', 'auction', 'inspection', 'test', 'quarantine', 'appraisal', 'expert-review'] as const
export type SpecialProcedure = typeof specialProcedures[number]

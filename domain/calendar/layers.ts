/** 层级 — later layers override a day of earlier ones (domain.md C.1 分层). */
export const layers = ['national', 'province', 'prefecture', 'county', 'office'] as const
export type Layer = typeof layers[number]

import type { PrivacyCommand, PrivacyEvent } from './events.ts'

export type Said<T> = Extract<PrivacyCommand, { type: T }>
export type Written<T> = Extract<PrivacyEvent, { type: T }>

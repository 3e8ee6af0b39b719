import type { Pattern, Rule } from '../domain/supervision/rules/rule.ts'

/** 模块 — rules that a house brings beside those that ship. */
export type Module = { name: string; rules: readonly Rule[]; patterns: readonly Pattern[] }

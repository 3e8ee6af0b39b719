import type { Waiting } from '../rule.ts'

type Said = Omit<Waiting, 'version' | 'params' | 'bounds' | 'inputs' | 'examples' | 'deduction' | 'escalates'> & Partial<Pick<Waiting, 'params' | 'bounds' | 'deduction' | 'escalates'>>
/** 待接入 in one place: what it would be judged from is what it waits for. A version of zero has never been judged by. */
export const awaiting = (card: Said): Waiting => ({ version: 0, params: {}, bounds: {}, deduction: {}, escalates: false, ...card, inputs: card.awaits, examples: [] })

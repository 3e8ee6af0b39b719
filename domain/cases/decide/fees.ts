import { refuse } from '../../kernel/decider.ts'
import type { CaseAnswers } from '../needs.ts'
import { saidBefore } from './words.ts'

/** 收费 — by a published standard and after acceptance (行政许可法 58, 59). A wrong amount is taken down: rule R-09 must see it. */
export const fees = {
  AssessFee(state, { number, standardId }, { by, item }) {
    const words = { number, standardId, by: by.person }, before = saidBefore(state, 'FeeAssessed', words)
    if (before) return before
    if (state.acceptedOn === '' || !item) return refuse('not-accepted')
    const standard = item.fees.find((one) => one.standardId === standardId)
    if (!standard) return refuse('no-such-fee-standard')
    const { name, amountFen } = standard
    return [{ type: 'FeeAssessed', data: { kind: name.length > 64 ? standardId : name, effect: 'adds', amountFen, ...words } }]
  },

  ChargeFee(state, data, { by, item }) {
    const words = { ...data, by: by.person }, before = saidBefore(state, 'FeeCharged', words)
    if (before) return before
    if (state.acceptedOn === '' || !item) return refuse('not-accepted')
    if (!item.fees.some(({ standardId }) => standardId === data.standardId)) return refuse('no-such-fee-standard')
    return [{ type: 'FeeCharged', data: { effect: 'adds', ...words } }]
  },

  RefundFee(state, { number, amountFen, reason, receiptNo }, { by }) {
    const words = { number, amountFen, reason, ...(receiptNo !== undefined && { receiptNo }), by: by.person }
    const before = saidBefore(state, 'FeeRefunded', words)
    if (before) return before
    if (amountFen > state.chargedFen - state.refundedFen) return refuse('refund-beyond-charge')
    return [{ type: 'FeeRefunded', data: words }]
  },
} satisfies Pick<CaseAnswers, 'AssessFee' | 'ChargeFee' | 'RefundFee'>

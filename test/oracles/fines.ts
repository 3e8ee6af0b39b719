import { csvOf, textOf } from './files.ts'

const cents = (written: string) => {
  const [whole = '0', part = ''] = written.split('.')
  return Number(whole) * 100 + Number(part.slice(0, 2).padEnd(2, '0'))
}

/** The fines, case by case: what is owed is the last amount and all expenses, what is paid the last total. */
export function finesOf(file: string) {
  const { rows, lines } = csvOf(textOf(file))
  const byCase = new Map<string, { amount?: number; expense: number; paid: number; rows: number }>()
  const said = new Map<string, number>()
  let repeatedPayments = 0
  rows.forEach((row, i) => {
    const it = byCase.get(row['case_id']!) ?? { expense: 0, paid: 0, rows: 0 }
    byCase.set(row['case_id']!, it)
    it.rows++
    if (row['amount']) it.amount = cents(row['amount'])
    if (row['expense']) it.expense += cents(row['expense'])
    if (row['activity'] === 'Payment' && row['totalpaymentamount']) it.paid = cents(row['totalpaymentamount'])
    const before = said.get(lines[i]!) ?? 0
    said.set(lines[i]!, before + 1)
    if (row['activity'] === 'Payment' && before > 0) repeatedPayments++
  })
  const fees = { exact: 0, under: 0, over: 0, unpaid: 0 }
  for (const { amount, expense, paid } of byCase.values()) {
    if (amount === undefined && expense === 0) continue
    const owed = (amount ?? 0) + expense
    fees[paid === 0 ? 'unpaid' : paid === owed ? 'exact' : paid < owed ? 'under' : 'over']++
  }
  const repeats = [...said].filter(([line, n]) => n > 1 && line.includes(',Payment,')).map(([line]) => line)
  return { rows, cases: byCase, fees, repeatedPayments, repeats }
}

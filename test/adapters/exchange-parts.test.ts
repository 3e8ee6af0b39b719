import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inUtf8 } from '../../adapters/exchange/bytes.ts'
import { csvRows } from '../../adapters/exchange/csv-rows.ts'
import { xesRows } from '../../adapters/exchange/xes-rows.ts'
import { fenOf } from '../../adapters/exchange/money.ts'
import { compileTimes, stepsOf } from '../../adapters/exchange/times.ts'
import { openSeen } from '../../adapters/exchange/seen.ts'
import { loadProfile, type Profile } from '../../adapters/exchange/profile.ts'
import type { Batch } from '../../adapters/exchange/history.ts'

const data = new URL('../../../shared/data/', import.meta.url).pathname
let tmpDir = '', receipt: Profile
beforeAll(async () => {
  tmpDir = mkdtempSync(join(tmpdir(), 'exchange-parts-'))
  receipt = await loadProfile(new URL('../../adapters/exchange/profiles/receipt.json', import.meta.url).pathname)
})
afterAll(() => rmSync(tmpDir, { recursive: true }))

async function* cutAt(bytes: Buffer, sizes: readonly number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length]!)
    yield bytes.subarray(at, at + size)
    at += size
  }
}
async function rowsOf(batches: AsyncGenerator<Batch>) {
  const rows: unknown[] = []
  for await (const { rows: cells, lines, faults, caseOnly } of batches) {
    cells.forEach((row, place) => rows.push([lines[place], row, faults.get(place)?.rule, caseOnly.has(place)]))
  }
  return rows
}

describe('时间格式 (times)', () => {
  const zone = 'Asia/Shanghai'
  it('reads what a naive printer writes, with and without an offset', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true }),
      fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, offset) => {
        const local = new Date(date.getTime() + offset * 6e4).toISOString()
        const sign = offset < 0 ? '-' : '+', two = (value: number) => String(Math.abs(value)).padStart(2, '0')
        const zoneText = `${sign}${two(Math.trunc(offset / 60))}:${two(offset % 60)}`
        const written = `${local.slice(8, 10)}.${local.slice(5, 7)}.${local.slice(0, 4)} um ${local.slice(11, 23)}000${zoneText}`
        expect(compileTimes(["dd.MM.yyyy' um 'HH:mm:ss.SSSSSSXXX"], zone)(written)).toEqual({ at: date.toISOString() })
        expect(compileTimes(['iso'], zone)(local.slice(0, 23) + zoneText)).toEqual({ at: date.toISOString() })
      }))
  })
  it('takes a written day exactly when it is a day of the calendar', () => {
    const read = compileTimes(['yyyy/M/d'], 'UTC')
    fc.assert(fc.property(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 33 }), (year, month, day) => {
      const date = new Date(Date.UTC(year, month - 1, day))
      const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
      expect(read(`${year}/${month}/${day}`)).toEqual(exists ? { at: date.toISOString(), precision: 'day' } : 'not-a-day')
    }), { numRuns: 2000 })
  })
  it('reads years before 100 as they are written', () => {
    const expected = new Date('0099-12-31T00:00:00Z').toISOString()
    expect(compileTimes(['iso'], zone)('0099-12-31T00:00:00Z')).toEqual({ at: expected })
    expect(compileTimes(['iso'], zone)('0000-12-31T00:00:00Z')).toBe('not-a-day')
  })
  it('says what is wrong with a time', () => {
    const read = compileTimes(['yyyy-MM-dd HH:mm:ssXXX'], zone)
    expect(read('2023-02-30 10:00:00Z')).toBe('not-a-day')
    expect(read('2023-02-28 24:61:00Z')).toBe('not-a-clock-time')
    expect(read('2023-02-28 24:00:00Z')).toBe('not-a-clock-time')
    expect(read('2023-02-28 23:59:60Z')).toBe('not-a-clock-time')
    expect(read('2023-02-28 10:00:00')).toBe('no-offset')
    expect(read('2023-02-28 10:00:00+15:00')).toBe('no-offset')
    expect(read('2023-02-28 10:00:00Z ')).toBe('not-a-time')
    expect(read('28/02/2023')).toBe('not-a-time')
    expect(read('２０２３-02-28 10:00:00Z')).toBe('not-a-time')
  })
  it('reads what has no offset where the hall stands, and Chinese dates as they are written', () => {
    expect(compileTimes(['yyyy年M月d日 HH:mm'], zone)('2024年3月5日 09:30')).toEqual({ at: '2024-03-05T01:30:00.000Z' })
    expect(compileTimes(['yyyy-MM-dd HH:mm'], 'Europe/Rome')('2012-07-01 09:30')).toEqual({ at: '2012-07-01T07:30:00.000Z' })
    expect(compileTimes(['yyyy-MM-dd'], 'Europe/Rome')('2012-07-01')).toEqual({ at: '2012-06-30T22:00:00.000Z', precision: 'day' })
  })
  it('refuses a format that cannot name an instant or a day', () => {
    for (const format of ['yyyy-QQ', 'yyyy-MM', 'dd.MM', 'yyyy-MM-dd mm', 'yyyy-MM-dd HH:ss', 'yyyy-MM-ddXXX', 'yyyy-yyyy-MM-dd', "yyyy-MM-dd'"]) {
      expect(stepsOf(format), format).toHaveProperty('en')
    }
  })
})

describe('金额 (money)', () => {
  it('is exact for every number of cents, however it is written', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (fen) => {
      const whole = String(BigInt(fen) / 100n), cents = String(fen % 100).padStart(2, '0')
      expect(fenOf(`${whole}.${cents}`)).toBe(fen)
      if (cents.endsWith('0')) expect(fenOf(`${whole}.${cents[0]}`)).toBe(fen)
      if (cents === '00') expect(fenOf(whole)).toBe(fen)
    }))
    expect([fenOf('35.0'), fenOf('33.6'), fenOf('0'), fenOf('007.10')]).toEqual([3500, 3360, 0, 710])
  })
  it('takes exactly what is digits with at most two decimals', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.,-+e ￥'), maxLength: 8 }), (text) => {
      expect(typeof fenOf(text) === 'number').toBe(/^\d+(\.\d{1,2})?$/.test(text))
    }), { numRuns: 3000 })
    expect([fenOf('1.234'), fenOf('1.'), fenOf('.5'), fenOf('-1'), fenOf('1,5'), fenOf(''), fenOf('1.2.3'), fenOf('1.23x')])
      .toEqual(['too-many-decimals', ...Array(7).fill('not-an-amount')])
    expect(fenOf('90071992547409.91')).toBe(Number.MAX_SAFE_INTEGER)
    expect(fenOf('90071992547409.92')).toBe('amount-too-large')
    expect(fenOf('9'.repeat(39))).toBe('amount-too-large')
  })
})

describe('见过的 (seen)', () => {
  it('remembers as a map does, though only a few keys fit into memory', () => {
    const walks = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.boolean()), { maxLength: 1500 })
    fc.assert(fc.property(walks, fc.integer({ min: 2, max: 60 }), (steps, remembered) => {
      const seen = openSeen(tmpDir, remembered), naive = new Map<string, string>()
      for (const [number, isWrite] of steps) {
        const key = `案件-${number}`
        expect(seen.get(key)).toBe(naive.get(key))
        if (!isWrite) continue
        const value = String(Number(naive.get(key) ?? 0) + 1)
        seen.set(key, value)
        naive.set(key, value)
      }
      for (const [key, value] of naive) expect(seen.get(key)).toBe(value)
      seen.close()
    }), { numRuns: 60 })
    expect(readdirSync(tmpDir)).toEqual([])
  }, 90_000)
})

describe('分块 (chunks)', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '中', '𠀀', ' ', ',', '"', '\n', 'é'), maxLength: 8 })
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  it('CSV rows are the same however the bytes are cut', async () => {
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 12 })
    await fc.assert(fc.asyncProperty(table, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), fc.constantFrom('\n', '\r\n'), async (rows, sizes, end) => {
        const bytes = Buffer.from([['甲', 'b', 'c'], ...rows].map((row) => row.map(quoted).join(',')).join(end))
        const found = await rowsOf(csvRows(inUtf8(cutAt(bytes, sizes), 'f', 'utf-8'), 'f', receipt))
        let line = 2
        expect(found).toEqual(rows.map((row) => {
          const expected = [line, row, undefined, false]
          line += 1 + row.join('').split('\n').length - 1
          return expected
        }))
      }))
  })
  it('XES rows are the same however the bytes are cut', async () => {
    const text = gunzipSync(readFileSync(`${data}permits/receipt-original.xes.gz`)).toString()
    const bytes = Buffer.from(`${text.slice(0, text.indexOf('</trace>', text.indexOf('</trace>') + 1))}</trace></log>`.replaceAll('General', '城管局𠀀'))
    const columns = ['case:department', 'concept:name', 'concept:instance', 'case:concept:name']
    const whole = await rowsOf(xesRows(inUtf8(cutAt(bytes, [bytes.length]), 'f', 'utf-8'), 'f', receipt, columns))
    expect(whole.length).toBeGreaterThan(8)
    expect(whole[0]).toEqual([1801, ['城管局𠀀', 'Confirmation of receipt', 'task-4', 'case-891'], undefined, false])
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), async (sizes) => {
      expect(await rowsOf(xesRows(inUtf8(cutAt(bytes, sizes), 'f', 'utf-8'), 'f', receipt, columns))).toEqual(whole)
    }), { numRuns: 15 })
  }, 90_000)
  it('the place of a wrong byte is the same however the bytes are cut', async () => {
    const bytes = Buffer.concat([Buffer.from('编号,部门\n1,城管局\n2,'), Buffer.from([0xb3, 0xc7, 0xb9, 0xdc]), Buffer.from('\n3,城\n')])
    const expected = { line: 3, en: expect.stringContaining(`byte ${Buffer.from('编号,部门\n1,城管局\n2,').length}`) as string }
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), async (sizes) => {
      await expect((async () => { for await (const _ of inUtf8(cutAt(bytes, sizes), 'f', 'utf-8')); })()).rejects.toMatchObject(expected)
    }))
  })
})

import type { Blank } from '../../../domain/platform/notice-blanks.ts'
import { words as chinese } from './words.zh.ts'

/** 空白 by name: each has one in Chinese, for texts in Chinese, and one in English. */
export const blanks = Object.entries(chinese.template.blank) as [Blank, string][]
const named = new Map<string, Blank>(blanks.flatMap(([blank, zh]) => [[blank, blank], [zh, blank]]))

/** As the house fills them in when it prints. */
export const filledIn = (text: string, values: Readonly<Record<Blank, string>>): string =>
  text.replace(/\{([^{}]*)\}/g, (whole, name: string) => { const blank = named.get(name); return blank ? values[blank] : whole })

/** The first character of each initial in the order of the dictionaries; i, u and v begin no syllable. */
const letters = 'abcdefghjklmnopqrstwxyz'
const firsts = [...'\u963f\u516b\u5693\u54d2\u59b8\u53d1\u65ee\u54c8\u8ba5\u5494\u5783\u5988\u62cf\u5662\u5991\u4e03\u5465\u4ee8\u4ed6\u7a75\u5915\u4e2b\u5e00']
const order = new Intl.Collator('zh-u-co-pinyin')
const han = /\p{Script=Han}/u
const known = new Map<string, string>()

function initialOf(character: string): string {
  let found = known.get(character)
  if (found !== undefined) return found
  if (!han.test(character)) found = /[a-z0-9]/i.test(character) ? character.toLowerCase() : ''
  else {
    let at = 0
    while (at + 1 < firsts.length && order.compare(character, firsts[at + 1]!) >= 0) at++
    found = letters[at]!
  }
  known.set(character, found)
  return found
}
/** 拼音首字母: what somebody types who writes 公共场所 as ggcs. A character of several readings has that by which the dictionaries order it. */
export const initials = (text: string) => [...text].map(initialOf).join('')

/** How well what is typed names something: 3 its beginning, 2 within it, 1 its initials; 0 not at all. */
export function matches(typed: string, text: string): 0 | 1 | 2 | 3 {
  const asked = typed.trim().toLowerCase(), said = text.toLowerCase()
  if (asked === '') return 0
  if (said.startsWith(asked)) return 3
  if (said.includes(asked)) return 2
  return /^[a-z0-9]+$/.test(asked) && initials(text).includes(asked) ? 1 : 0
}

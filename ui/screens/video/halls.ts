/** So many that end alike have an ending that tells nobody anything; what is left must still be a name. */
const alike = 3, leastName = 2, leastEnding = 3

/** 分得清的名字 — of halls beside each other, without the ending that most of them share: 白杨镇 of 白杨镇便民服务中心. */
export function apart(names: readonly string[]): string[] {
  const sharing = (end: string) => names.filter((name) => name.endsWith(end) && name.length - end.length >= leastName).length
  const endings = [...new Set(names.flatMap((name) => Array.from({ length: Math.max(0, name.length - leastName - leastEnding + 1) }, (_, i) => name.slice(leastName + i))))]
  const [shared] = endings.map((end) => ({ end, count: sharing(end) })).filter(({ count }) => count >= alike).sort((a, b) => b.count - a.count || b.end.length - a.end.length)
  const short = names.map((name) => shared && name.endsWith(shared.end) && name.length - shared.end.length >= leastName ? name.slice(0, -shared.end.length) : name)
  return new Set(short).size === names.length ? short : [...names]
}

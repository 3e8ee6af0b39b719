/** 分片里各画面的时刻 — as the file of a fragment itself has them (ISO/IEC 14496-12, 8.8.7 and 8.8.8), in the order in which they are shown, as shares of how long the fragment lasts: 0 is its beginning, 1 its end.
    Nothing where it is no fragmented MP4, or says no durations. */
export function picturesIn(payload: ArrayBuffer): readonly number[] {
  const at: number[] = [], view = new DataView(payload)
  let decoded = 0
  try {
    for (const moof of boxes(view, 0, view.byteLength, 'moof')) for (const traf of boxes(view, ...moof, 'traf')) {
      const [tfhd] = boxes(view, ...traf, 'tfhd'), usual = tfhd && usualDuration(view, tfhd[0])
      for (const [trun] of boxes(view, ...traf, 'trun')) for (const { duration = usual, after } of samples(view, trun)) {
        if (duration === undefined) return []
        at.push(decoded + after)
        decoded += duration
      }
    }
  } catch { return [] }
  return decoded > 0 ? at.sort((a, b) => a - b).map((one) => one / decoded) : []
}

type Range = [from: number, to: number]
const has = { baseOffset: 0x1, descriptionIndex: 0x2, defaultDuration: 0x8, dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 }
/** The insides of the boxes of a kind. */
function boxes(view: DataView, from: number, to: number, kind: string): Range[] {
  const found: Range[] = []
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at), long = size === 1, length = long ? Number(view.getBigUint64(at + 8)) : size === 0 ? to - at : size
    if (length < 8) break
    const name = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)))
    if (name === kind) found.push([at + (long ? 16 : 8), Math.min(to, at + length)])
    at += length
  }
  return found
}
const flagsAt = (view: DataView, at: number) => view.getUint32(at) & 0xff_ffff
function usualDuration(view: DataView, at: number): number | undefined {
  const flags = flagsAt(view, at), before = (flags & has.baseOffset ? 8 : 0) + (flags & has.descriptionIndex ? 4 : 0)
  return flags & has.defaultDuration ? view.getUint32(at + 8 + before) : undefined
}
function* samples(view: DataView, at: number): Iterable<{ duration?: number; after: number }> {
  const flags = flagsAt(view, at), signed = view.getUint8(at) > 0, count = view.getUint32(at + 4), fields = [has.duration, has.size, has.flags, has.composition]
  let field = at + 8 + (flags & has.dataOffset ? 4 : 0) + (flags & has.firstFlags ? 4 : 0)
  for (let n = 0; n < count; n++) {
    const found: { duration?: number; after: number } = { after: 0 }
    for (const one of fields) {
      if (!(flags & one)) continue
      if (one === has.duration) found.duration = view.getUint32(field)
      if (one === has.composition) found.after = signed ? view.getInt32(field) : view.getUint32(field)
      field += 4
    }
    yield found
  }
}

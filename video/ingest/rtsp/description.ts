/** 视频轨 — of what an SDP offers, the first that is H.264; `codec` names another where there is none. */
export type Track = { control: string; payloadType: number; sps: Buffer[]; pps: Buffer[] }
const spsType = 7, ppsType = 8

/** 读 SDP (RFC 4566, 6184) — `base`: of relative controls. */
export function trackOf(sdp: string, base: string): Track | { refused: string } {
  let sessionControl: string | undefined, other: string | undefined
  const media: string[][] = []
  for (const line of sdp.split(/\r?\n/)) {
    if (line.startsWith('m=')) media.push([line])
    else if (media.length > 0) media.at(-1)!.push(line)
    else if (line.startsWith('a=control:')) sessionControl = line.slice(10)
  }
  for (const lines of media.filter(([first]) => first!.startsWith('m=video'))) {
    const mapped = lines.map((line) => /^a=rtpmap:(\d+) ([\w-]+)\/90000/i.exec(line)).find((found) => found !== null)
    if (mapped?.[2]?.toUpperCase() !== 'H264') { other ??= mapped?.[2] ?? 'unknown'; continue }
    const format = lines.find((line) => line.startsWith(`a=fmtp:${mapped[1]} `)) ?? '', sets = /sprop-parameter-sets=([^;\s]*)/.exec(format)?.[1] ?? ''
    const units = sets.split(',').map((text) => Buffer.from(text, 'base64')).filter(({ length }) => length > 3), typeOf = (unit: Buffer) => unit[0]! & 31
    const control = lines.find((line) => line.startsWith('a=control:'))?.slice(10) ?? ''
    return { control: controlUrl(control, controlUrl(sessionControl ?? '', base)), payloadType: Number(mapped[1]), sps: units.filter((unit) => typeOf(unit) === spsType), pps: units.filter((unit) => typeOf(unit) === ppsType) }
  }
  return { refused: other === undefined ? 'no-video' : /26[5]|hevc/i.test(other) ? 'codec-hevc' : `codec-${other.slice(0, 20)}` }
}
/** Cameras put the track's name behind the base as it is, whatever a URL would make of it. */
function controlUrl(control: string, base: string): string {
  if (control === '' || control === '*') return base
  return /^rtsps?:/i.test(control) ? control : `${base.replace(/\/$/, '')}/${control.replace(/^\//, '')}`
}

/** 附件类型 — told from the bytes alone; what somebody calls it, or what its name ends in, is not asked. */
type Kind = { examine: 'image' | 'pdf' } | { refused: string }

type Mark = readonly [at: number, bytes: string]
const looksLike = (head: string) => ([at, bytes]: Mark) => head.startsWith(bytes, at)
const pictures: readonly (readonly Mark[])[] = [[[0, '\xff\xd8\xff']], [[0, '\x89PNG\r\n\x1a\n']], [[0, 'RIFF'], [8, 'WEBP']], [[0, 'II*\0']], [[0, 'MM\0*']]]
/** The first that fits says why not. */
const refused: readonly (readonly [code: string, marks: readonly Mark[]])[] = [
  ['archive-refused', [[0, 'PK\x03\x04'], [0, 'PK\x05\x06'], [0, 'PK\x07\x08'], [0, 'Rar!\x1a\x07'], [0, '7z\xbc\xaf\x27\x1c'], [0, '\x1f\x8b'], [0, 'BZh'], [0, '\xfd7zXZ'],
    [0, '\x28\xb5\x2f\xfd'], [0, 'MSCF'], [0, '\x1f\x9d'], [0, '\x1f\xa0'], [257, 'ustar'], [0x8001, 'CD001'], [0, '!<arch>'], [0, 'LZIP'], [0, '\x04\x22\x4d\x18'], [0, 'xar!']]],
  ['office-file-refused', [[0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'], [0, '{\\rtf']]],
  ['programme-refused', [[0, 'MZ'], [0, '\x7fELF'], [0, '\xca\xfe\xba\xbe'], [0, '\xfe\xed\xfa'], [0, '\xce\xfa\xed\xfe'], [0, '\xcf\xfa\xed\xfe'], [0, '\0asm'], [0, '#!/'], [0, '#! '],
    [0, 'dex\n'], [0, 'L\0\0\0\x01\x14\x02\0'], [0, 'FWS'], [0, 'CWS'], [0, 'ZWS']]],
  ['picture-kind-refused', [[0, 'GIF8'], [0, 'BM'], [0, '\0\0\x01\0'], [0, '8BPS'], [0, '\0\0\0\x0cjP  '], [0, '\xff\x0a'], [0, '\0\0\0\x0cJXL '], [0, 'II+\0'], [0, 'MM\0+'],
    [4, 'ftyphei'], [4, 'ftyphev'], [4, 'ftypmif1'], [4, 'ftypmsf1'], [4, 'ftypavi'], [0, '%!PS'], [0, '\xc5\xd0\xd3\xc6']]],
  ['recording-refused', [[4, 'ftyp'], [8, 'AVI '], [8, 'WAVE'], [0, 'OggS'], [0, 'fLaC'], [0, 'ID3'], [0, '\x1a\x45\xdf\xa3'], [0, 'FLV'], [0, '\0\0\x01\xba'], [0, '\0\0\x01\xb3'],
    [0, '#!AMR'], [0, '0&\xb2u']]],
]
const schemes = 'file|https?|concat|subfile|rtsp|rtmp|data|crypto'
const playlists = new RegExp('^(?:#extm3u|\\[playlist\\]|ffconcat version|<asx|<smil|<\\?xml[^>]*>\\s*<(?:smil|playlist|mpd)|#ext-x-|\\[reference\\]|'
  + `(?:\\w+ *= *)?(?:${schemes}):\\S)|^file\\s+['"]?\\S`, 'm')
const markup = /^(?:<[!?/a-z]|<!--)/
const script = /^(?:<\?php|<%|(?:"|')use strict|(?:function|var|let|const|import|export|@echo|set-|\$\w+\s*=|on error|windows registry|\[internetshortcut\]|\[desktop entry\])\b)/

/** Text as whoever opens it would see it, however it is written. */
function readAsText(bytes: Buffer): string | undefined {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined
  const text = wide === 'utf-16be' ? Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16().toString('utf16le') : bytes.toString(wide === undefined ? 'utf8' : 'utf16le')
  const visible = text.replace(/[^\P{Cc}\t\n\r]/gu, '')
  return visible.length < text.length * 0.95 || text.includes('\ufffd') ? undefined : text.replace(/^\ufeff/, '').trimStart().toLowerCase()
}
function textKind(bytes: Buffer): string {
  const text = readAsText(bytes)
  if (text === undefined) return 'unknown-kind-refused'
  if (playlists.test(text)) return 'playlist-refused'
  if (markup.test(text)) return 'markup-refused'
  return script.test(text) ? 'programme-refused' : 'text-refused'
}

const headBytes = 0x8010
/** What is to be done with bytes that came in. */
export function kindOf(bytes: Buffer): Kind {
  if (bytes.length === 0) return { refused: 'file-empty' }
  const head = bytes.subarray(0, headBytes).toString('latin1'), is = looksLike(head)
  if (pictures.some((marks) => marks.every(is))) return { examine: 'image' }
  if (head.startsWith('%PDF-')) return { examine: 'pdf' }
  const known = refused.find(([, marks]) => marks.some(is))
  return { refused: known ? known[0] : textKind(bytes.subarray(0, 65_536)) }
}
/** Of what was kept there are three kinds. */
export const keptKind = (head: Uint8Array): string => {
  const text = Buffer.from(head.subarray(0, 16)).toString('latin1')
  return text.startsWith('\xff\xd8\xff') ? 'image/jpeg' : text.startsWith('\x89PNG') ? 'image/png' : text.startsWith('%PDF-') ? 'application/pdf' : 'application/octet-stream'
}

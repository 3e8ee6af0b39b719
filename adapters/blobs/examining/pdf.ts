import { inflated, looksLikeObjects, type Inflated } from './inflate.ts'
import type { Examined } from './image.ts'

/** What acts, calls or carries, by the names that the format has for it. The long ones are looked for in every byte; a short one would be found in any
    picture by chance, and is looked for outside of streams. */
const active = ['JavaScript', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'FileAttachment', 'OpenAction', 'RichMedia', 'SubmitForm', 'ImportData', 'GoToE', 'Rendition', 'XFA']
const activeShort = ['JS', 'AA', 'EF']
/** Ways to pack that could hide objects from a reader who knows one way only. */
const packed = /\/(?:ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt|AHx|A85|LZW)(?![^\s\0()<>[\]{}/%])|\/(?:Filter|F)[\s\0[]*(?:\/\w+[\s\0]*)?\/RL(?!\w)/
const namesOf = (names: readonly string[]) => new RegExp(`/(${names.join('|')})(?![^\\s\\0()<>[\\]{}/%])`)
const long = namesOf(active), any = namesOf([...active, ...activeShort])
/** What a browser or an interpreter would take for its own. */
const foreign = /<(?:script|html|svg|iframe|body|object|embed|meta|link)[\s>/]|<!doctype|<\?php|javascript:|vbscript:/i
const archived = /PK\x05\x06|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c/
const trailingMost = 64, trailer = '%%EOF', zipTail = 65_557, streamsMost = 20_000, totalMost = 512 << 20

/** `#4a` in a name is a J. */
const unescaped = (text: string) => text.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
/** Outside of what is framed as a stream. */
const outside = (text: string) => text.replace(/stream\r?\n[\s\S]*?endstream/g, ' ')

function refusedAsText(text: string): string | undefined {
  const plain = unescaped(text)
  if (/\/Encrypt(?![^\s\0()<>[\]{}/%])/.test(plain)) return 'pdf-encrypted'
  if (long.test(plain) || any.test(unescaped(outside(text)))) return 'pdf-active'
  if (foreign.test(plain)) return 'pdf-foreign'
  if (/\/(?:ObjStm|First)(?![^\s\0()<>[\]{}/%])/.test(plain) && packed.test(plain)) return 'pdf-packed'
  return undefined
}

/** 验 PDF — whole, in the clear, and without anything that acts: in the open, and in every stream that unpacks, whatever it calls itself. */
export function examinedPdf(bytes: Buffer): Examined {
  const text = bytes.toString('latin1'), end = text.lastIndexOf(trailer)
  if (!/^%PDF-[12]\.\d/.test(text) || end < 0 || !text.includes('startxref')) return { refused: 'pdf-damaged' }
  const tail = text.slice(end + trailer.length)
  if (tail.length > trailingMost || /[^\s\0]/.test(tail) || archived.test(text.slice(-zipTail))) return { refused: 'pdf-trailing' }
  const refused = refusedAsText(text)
  if (refused !== undefined) return { refused }
  let streams = 0, total = 0
  // Where a stream begins is taken from every place that says so, and where it ends from itself: what a length or an end mark claims is not believed.
  for (const found of text.matchAll(/stream[ \t\0\f]*(?:\r\n|\n|\r)?/g)) {
    if (++streams > streamsMost) return { refused: 'pdf-too-dense' }
    const at = found.index + found[0].length
    for (const from of at + 1 < bytes.length && /[\r\n ]/.test(text[at]!) ? [at, at + 1] : [at]) {
      const content: Inflated = inflated(bytes, from)
      if (content === 'too-dense') return { refused: 'pdf-too-dense' }
      if (content === undefined) continue
      total += content.length
      if (total > totalMost) return { refused: 'pdf-too-dense' }
      const looks = looksLikeObjects(content.head)
      if (looks === 'predicted') return { refused: 'pdf-packed' }
      if (looks === 'objects' && !content.whole) return { refused: 'pdf-too-dense' }
      const inside = looks === 'objects' ? unescaped(content.head.toString('latin1')) : ''
      if (any.test(inside)) return { refused: 'pdf-active' }
      if (foreign.test(inside)) return { refused: 'pdf-foreign' }
    }
  }
  return { bytes, mediaType: 'application/pdf' }
}

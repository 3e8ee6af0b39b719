import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { childExaminer } from '../../adapters/blobs/examiner.ts'
import { redrawn } from '../../adapters/blobs/examining/image.ts'
import { examinedPdf } from '../../adapters/blobs/examining/pdf.ts'
import { kindOf } from '../../api/attachments/kinds.ts'
import { chunk, geotagged, honestPdfs, hostilePdfs, pdf, picture, planted, pngBomb, pngDeclaring, pngTextBomb, stream, zip } from '../fixtures/hostile/files.ts'

const program = new URL('../../dist/adapters/blobs/examining/main.js', import.meta.url)
const refused = (answer: { refused: string } | { mediaType: string }) => 'refused' in answer ? answer.refused : 'kept'
const kept = async (bytes: Buffer) => {
  const answer = await redrawn(bytes)
  if ('refused' in answer) throw new Error(answer.refused)
  return { ...answer, bytes: Buffer.from(answer.bytes) }
}

const hostile = hostilePdfs()
const frames = async () => sharp([await picture('png'), await sharp(await picture('png')).negate().png().toBuffer()], { join: { animated: true } })
describe('图片 are drawn anew', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)('%s comes out as a picture of the same size, and of the same colour', async (format) => {
    const { bytes, mediaType } = await kept(await picture(format))
    const { width, height, format: now } = await sharp(bytes).metadata(), { channels } = await sharp(bytes).stats()
    expect({ width, height, mediaType }).toStrictEqual({ width: 64, height: 48, mediaType: `image/${now}` })
    for (const [n, value] of [0x09, 0x63, 0xc7].entries()) expect(Math.abs(channels[n]!.mean - value)).toBeLessThan(3)
  })
  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)('%s leaves behind where it was taken, by whom, and whatever else was said in it', async (format) => {
    const tagged = await geotagged(format), before = await sharp(tagged).metadata()
    expect(before.exif ?? before.xmp, 'something was planted').toBeDefined()
    const { bytes } = await kept(tagged), after = await sharp(bytes).metadata()
    expect([after.exif, after.xmp, after.iptc, after.icc, after.comments ?? []]).toStrictEqual([undefined, undefined, undefined, undefined, []])
    for (const word of [...Object.values(planted), 'Exif', 'xmpmeta', 'GPS', '30/1']) expect(bytes.includes(word), word).toBe(false)
  })
  it('stands as it was meant to be seen, without the mark that said how', async () => {
    const wide = await sharp({ create: { width: 80, height: 20, channels: 3, background: 'white' } }).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const { width, height, orientation } = await sharp((await kept(wide)).bytes).metadata()
    expect([width, height, orientation]).toStrictEqual([20, 80, undefined])
  })
  it('what is see-through stays so', async () => {
    for (const format of ['png', 'webp'] as const) expect((await kept(await picture(format, { alpha: true }))).mediaType).toBe('image/png')
  })
  const tail = Buffer.from('<html><script>alert("PLANTED-TAIL")</script></html>')
  it.each<[string, () => Promise<Buffer>]>([
    ['a web page behind a JPEG', async () => Buffer.concat([await picture('jpeg'), tail])],
    ['a script behind a PNG', async () => Buffer.concat([await picture('png'), tail])],
    ['an archive behind a PNG', async () => Buffer.concat([await picture('png'), zip('PLANTED-TAIL', tail, false)])],
    ['a web page in the comment of a JPEG', async () => { const jpeg = await picture('jpeg'); return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, tail.length + 2]), tail, jpeg.subarray(2)]) }],
    ['a web page in a text chunk of a PNG', async () => { const png = await picture('png'); return Buffer.concat([png.subarray(0, 33), chunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), tail])), png.subarray(33)]) }],
    ['a chunk that nobody knows', async () => { const png = await picture('png'); return Buffer.concat([png.subarray(0, 33), chunk('evIl', tail), png.subarray(33)]) }],
    ['a second RIFF behind a WebP', async () => Buffer.concat([await picture('webp'), tail])],
    ['a web page behind a TIFF', async () => Buffer.concat([await picture('tiff'), tail])],
  ])('%s is gone', async (_, make) => {
    const bytes = await make()
    expect(bytes.includes('PLANTED-TAIL'), 'it was planted').toBe(true)
    const answer = await redrawn(bytes)
    if (!('refused' in answer)) for (const word of ['PLANTED-TAIL', 'script', 'PK\x03\x04']) expect(Buffer.from(answer.bytes).includes(word)).toBe(false)
  })
  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['50 000 × 50 000', () => pngDeclaring(50_000, 50_000), 'too-many-pixels'], ['2^31 × 1', () => pngDeclaring(2 ** 31 - 1, 1), '(too-many-pixels|image-unreadable)'], ['one pixel too many', () => pngDeclaring(8000, 5001), 'too-many-pixels'],
    ['0 × 0', () => pngDeclaring(0, 0), 'image-unreadable'], ['no data behind the header', () => pngDeclaring(100, 100, Buffer.alloc(0)), 'image-unreadable'],
    ['cut off: PNG', async () => { const png = await picture('png', { width: 600, height: 600 }); return png.subarray(0, png.length - 200) }, 'image-unreadable'],
    ['cut off: JPEG', async () => { const jpeg = await picture('jpeg', { width: 600, height: 600 }); return jpeg.subarray(0, jpeg.length >> 1) }, 'image-unreadable'],
    ['cut off: WebP', async () => { const webp = await picture('webp', { width: 600, height: 600 }); return webp.subarray(0, webp.length >> 1) }, 'image-unreadable'],
    ['a JPEG of its first bytes', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'image-unreadable'], ['nothing', () => Buffer.alloc(0), 'image-unreadable'], ['noise', () => Buffer.alloc(5000, 0x5a), 'image-unreadable'],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'image-unreadable'], ['GIF', () => picture('gif'), 'image-unreadable'], ['PDF', () => pdf(), 'image-unreadable'], ['AVIF', () => picture('avif'), 'image-unreadable'],
    ['several pages', async () => (await frames()).webp({ loop: 0 }).toBuffer(), 'more-than-one-page'],
    ['several pages of a scanner', async () => (await frames()).tiff().toBuffer(), 'more-than-one-page'],
  ])('refuses %s', async (_, make, code) => expect(refused(await redrawn(await make()))).toMatch(new RegExp(`^${code}$`)))
  it('a TIFF whose directory points at itself or beyond its end ends', async () => {
    const tiff = await picture('tiff'), at = tiff.readUInt32LE(4)
    for (const target of [8, at, tiff.length, 0xffffffff, tiff.length - 2]) for (const place of [4, at + 2 + 12 * tiff.readUInt16LE(at)]) {
      const twisted = Buffer.from(tiff)
      if (place + 4 <= twisted.length) twisted.writeUInt32LE(target, place)
      expect(refused(await redrawn(twisted))).toMatch(/^(kept|image-unreadable|more-than-one-page|too-many-pixels)$/)
    }
  }, 60_000)
  it('whatever bytes are turned, it is a clean picture or a refusal', async () => {
    const [jpeg, png, webp] = [await geotagged('jpeg'), await geotagged('png'), await picture('webp')]
    await fc.assert(fc.asyncProperty(fc.constantFrom(jpeg, png, webp), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }), async (whole, turned) => {
      const bytes = Buffer.from(whole)
      for (const [at, to] of turned) bytes[at % bytes.length] = to
      const answer = await redrawn(bytes)
      if ('refused' in answer) return
      expect(Buffer.from(answer.bytes).includes('PLANTED')).toBe(false)
      expect((await sharp(answer.bytes).metadata()).format).toMatch(/^(jpeg|png)$/)
    }), { numRuns: 60 })
  }, 90_000)
})

describe('PDF', () => {
  it.each(Object.keys(hostile))('refuses what %s', (name) => expect(refused(examinedPdf(hostile[name]!))).toMatch(/^pdf-/), 20_000)
  it.each([['encrypted', 'pdf-encrypted'], ['opens with a script', 'pdf-active'], ['packed away without a type', 'pdf-active'], ['a web page behind it', 'pdf-trailing'], ['an archive behind it', 'pdf-trailing'],
    ['a bomb', 'pdf-too-dense'], ['many bombs', 'pdf-too-dense'], ['cut off', 'pdf-damaged'], ['packed by a predictor', 'pdf-packed']])('says of %s that it is %s', (name, code) => expect(refused(examinedPdf(hostile[name]!))).toBe(code), 20_000)
  it('keeps what offices make, byte for byte', async () => {
    for (const [name, bytes] of Object.entries(await honestPdfs())) {
      const answer = examinedPdf(bytes)
      expect(refused(answer), name).toBe('kept')
      if ('bytes' in answer) expect(Buffer.from(answer.bytes).equals(bytes)).toBe(true)
    }
  })
  it('finds the name wherever it is packed, and however it is spelt', () => {
    const letter = (c: string) => fc.constantFrom(c, `#${c.charCodeAt(0).toString(16)}`, `#${c.charCodeAt(0).toString(16).toUpperCase()}`)
    const spelt = fc.constantFrom('JavaScript', 'Launch', 'EmbeddedFile', 'RichMedia', 'SubmitForm', 'OpenAction', 'XFA', 'JS', 'AA').chain((name) => fc.tuple(...[...name].map(letter)).map((letters) => letters.join('')))
    const gap = fc.constantFrom(' ', '\n', '\r\n', '\t', '<<', '[', '(')
    fc.assert(fc.property(spelt, gap, fc.constantFrom('open', 'packed'), fc.nat(9), fc.nat(40), (name, gap, way, level, before) => {
      const inside = `<< ${'/K (v) '.repeat(before)}/S /${name}${gap} >>`
      const body = way === 'open' ? [`4 0 obj\n${inside}\nendobj\n`] : [stream(10, '/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode', deflateSync(Buffer.from(`11 0 ${inside}`), { level }))]
      return refused(examinedPdf(pdf({ body }))) === 'pdf-active'
    }), { numRuns: 150 })
  })
  it('noise never breaks it', () => {
    const whole = [pdf(), hostile['a script packed away']!]
    fc.assert(fc.property(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 30 }), (bytes, turned) => {
      const altered = Buffer.from(bytes)
      for (const [at, to] of turned) altered[at % altered.length] = to
      return /^(kept|pdf-[a-z-]+)$/.test(refused(examinedPdf(altered)))
    }), { numRuns: 200 })
  })
})

const documents = new URL('../../../shared/data/documents/', import.meta.url)
if (!existsSync(documents)) console.warn('SKIPPED: ../shared/data/documents is absent; only documents made here are examined')
it.skipIf(!existsSync(documents))('documents as they are in the world: pictures and PDF are kept by what they are, whatever their name ends in; OFD is an archive', async () => {
  const said: Record<string, string> = {}
  for (const name of readdirSync(documents)) {
    const bytes = readFileSync(new URL(name, documents)), kind = kindOf(bytes)
    said[name.split('.').at(-1)!] = `${said[name.split('.').at(-1)!] ?? ''} ${refused('refused' in kind ? kind : kind.examine === 'pdf' ? examinedPdf(bytes) : await redrawn(bytes))}`
  }
  expect(Object.values(said).length).toBeGreaterThan(1)
  for (const [ending, answers] of Object.entries(said)) expect(answers.trim(), ending).toMatch(ending === 'ofd' ? /^archive-refused( archive-refused)*$/ : /^kept( kept)*$/)
})

describe('验件进程', () => {
  const dir = mkdtempSync(join(tmpdir(), 'examining-'))
  afterAll(() => rmSync(dir, { recursive: true }))
  /** One that does as it likes with what it is given. */
  const naughty = (name: string, code: string) => { const path = join(dir, `${name}.mjs`); writeFileSync(path, code); return pathToFileURL(path) }

  it('examines as it would here, and brings the bytes back whole', async () => {
    const examiner = childExaminer(program), whole = pdf({ body: [stream(4, '', Buffer.alloc(3 << 20, 'abc'))] })
    const [jpeg, document, script] = await Promise.all([examiner.examine('image', await geotagged('jpeg')), examiner.examine('pdf', whole), examiner.examine('pdf', hostile['opens with a script']!)])
    expect('bytes' in jpeg && [jpeg.mediaType, (await sharp(jpeg.bytes).metadata()).exif]).toStrictEqual(['image/jpeg', undefined])
    expect('bytes' in document && Buffer.from(document.bytes).equals(whole)).toBe(true)
    expect(script).toStrictEqual({ refused: 'pdf-active' })
    await examiner.close()
  }, 60_000)
  it('bombs end within their limits, and the house hardly grows', async () => {
    const examiner = childExaminer(program), before = process.memoryUsage().rss, began = performance.now()
    const bombs: ['image' | 'pdf', Buffer][] = [['image', pngDeclaring(50_000, 50_000)], ['image', pngBomb()], ['image', await pngTextBomb()], ['pdf', hostile['a bomb']!]]
    const grown = process.memoryUsage().rss
    for (const [kind, bytes] of bombs) expect(refused(await examiner.examine(kind, bytes))).toMatch(/^(too-many-pixels|image-unreadable|pdf-too-dense|beyond-examination|kept)$/)
    expect(performance.now() - began).toBeLessThan(45_000)
    expect(process.memoryUsage().rss - Math.max(before, grown)).toBeLessThan(64 << 20)
  }, 180_000)
  it('taken over by a file, it can say nothing but what a file of its kind may come to', async () => {
    const saying = (head: string) => `const head = Buffer.from(${JSON.stringify(head)}), length = Buffer.alloc(4); length.writeUInt32BE(head.length); process.stdin.resume(); process.stdin.on('end', () => process.stdout.write(Buffer.concat([length, head, Buffer.from('<script>')])))`
    for (const [i, head] of ['{"mediaType":"text/html"}', '{"mediaType":"application/pdf"}', '{"mediaType":["image/png"]}', '{"refused":"<b>no</b>"}', '{}', 'null', 'no', '[]'].entries())
      expect(await childExaminer(naughty(`liar-${i}`, saying(head))).examine('image', Buffer.from('x')), head).toStrictEqual({ refused: 'beyond-examination' })
    expect(await childExaminer(naughty('honest', saying('{"mediaType":"image/png"}'))).examine('image', Buffer.from('x'))).toMatchObject({ mediaType: 'image/png' })
  }, 60_000)
  it('is killed when it takes too long, too much memory, says too much, or dies', async () => {
    const limits = { wallMs: 1_000, residentBytes: 150 << 20, answerBytes: 1 << 20 }
    const cases: Record<string, string> = {
      sleeper: 'setInterval(() => 0, 1000)', spinner: 'for (;;) ;', eater: 'const all = []; for (;;) { all.push(Buffer.alloc(8 << 20, 1)); await new Promise((go) => setTimeout(go, 5)) }',
      talker: 'const words = Buffer.alloc(1 << 16); const say = () => process.stdout.write(words, say); say()', thrower: 'throw new Error("no")', quitter: 'process.exit(3)', mute: '', aborter: 'process.abort()',
      deaf: 'process.stdin.destroy(); setTimeout(() => 0, 200)',
    }
    for (const [name, code] of Object.entries(cases)) {
      const began = performance.now()
      expect(await childExaminer(naughty(name, code), limits).examine('image', Buffer.alloc(4 << 20)), name).toStrictEqual({ refused: 'beyond-examination' })
      expect(performance.now() - began, name).toBeLessThan(4_000)
    }
  }, 120_000)
  it('knows nothing of the house: no environment, no files to write', async () => {
    process.env['PLANTED_SECRET'] = 'x'
    const said = naughty('curious', `import { readSync, writeFileSync, writeSync } from 'node:fs'
      const b = Buffer.alloc(1 << 16); while (readSync(0, b) > 0) continue
      let wrote = 'yes'; process.on('SIGXFSZ', () => {}); try { writeFileSync(${JSON.stringify(join(dir, 'written'))}, 'x') } catch { wrote = 'no' }
      const said = { secret: process.env.PLANTED_SECRET ?? 'none', count: Object.keys(process.env).length, wrote }, head = Buffer.from('{"mediaType":"application/pdf"}'), n = Buffer.alloc(4)
      n.writeUInt32BE(head.length); writeSync(1, Buffer.concat([n, head, Buffer.from(JSON.stringify(said))]))`)
    const answer = await childExaminer(said).examine('pdf', Buffer.from('x'))
    expect(JSON.parse(Buffer.from((answer as { bytes: Uint8Array }).bytes).toString())).toStrictEqual({ secret: 'none', count: 0, wrote: 'no' })
    delete process.env['PLANTED_SECRET']
  })
  it('few at once; who comes when too many wait is asked to come back', async () => {
    const slow = naughty('slow', `import { readSync, writeSync } from 'node:fs'
      const b = Buffer.alloc(1 << 16); while (readSync(0, b) > 0); await new Promise((go) => setTimeout(go, 300))
      const head = Buffer.from('{"refused":"slow"}'), n = Buffer.alloc(4); n.writeUInt32BE(head.length); writeSync(1, Buffer.concat([n, head]))`)
    const examiner = childExaminer(slow, { atOnce: 1, waiting: 2 }), answers = await Promise.all(Array.from({ length: 6 }, () => examiner.examine('image', Buffer.from('x'))))
    expect(answers.map(refused).sort()).toStrictEqual(['examiner-busy', 'examiner-busy', 'examiner-busy', 'slow', 'slow', 'slow'])
    expect(refused(await examiner.examine('image', Buffer.from('x')))).toBe('slow')
  }, 60_000)
})

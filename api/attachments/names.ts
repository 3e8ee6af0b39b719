const endings: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'application/pdf': 'pdf' }
const known = /\.(?:jpe?g|png|webp|tiff?|pdf)$/i
const nameMost = 200

/** 附件名 — as it may be shown and kept by anybody: no path, nothing invisible or that turns text around, nothing that a table takes for a formula, and the
    ending that is true of what was kept. */
export function cleanName(said: string | undefined, mediaType: string): string {
  const base = (said ?? '').toWellFormed().normalize('NFC').split(/[/\\]/).at(-1)!
  const plain = base.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\ufffd]/gu, '').replace(/[<>:"|?*%]/g, '_').replace(/\s+/gu, ' ')
  const ending = `.${endings[mediaType] ?? 'bin'}`
  const stem = plain.replace(known, '').replace(/^[\s.=+\-@＝＋－＠~]+|[\s.]+$/gu, '')
  return `${[...stem].slice(0, nameMost - ending.length).join('') || '附件'}${ending}`
}
/** For programs that know no other letters, and for those that do. */
export function disposition(way: 'attachment' | 'inline', name: string): string {
  const plain = `attachment${/\.\w+$/.exec(name)?.[0] ?? ''}`
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${way}; filename="${plain}"; filename*=UTF-8''${encoded}`
}

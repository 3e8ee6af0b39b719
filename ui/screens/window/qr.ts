/** 二维码 as one path of whole modules, in a square of `side` modules; the quiet zone of four is the path's own margin. */
export type Qr = { path: string; side: number; modules: number }
const quiet = 4

/** A symbol that bears 15 % of its surface being unreadable. What draws it comes over the line with the first sheet. */
export async function qrOf(text: string): Promise<Qr> {
  const { qrcode } = await import('bwip-js/generic')
  let width = 0, unit = 1, path = ''
  const asked = { bcid: 'qrcode', text, eclevel: 'M', scale: 1 }
  return qrcode<Qr>(asked, {
    scale: (x, y) => { unit = x; return [x, y] },
    measure: () => ({ width: 0, ascent: 0, descent: 0 }),
    init(wide) { width = wide },
    line() { /* of other kinds of code */ }, ellipse() { /* of other kinds of code */ }, hexagon() { /* of other kinds of code */ }, text() { /* nothing stands under it but what the sheet says */ },
    polygon(points) { path += `M${points.map(([x, y]) => `${x / unit + quiet} ${y / unit + quiet}`).join('L')}Z` },
    fill() { /* one colour, which is the paper's */ },
    end: () => ({ path, modules: width / unit, side: width / unit + 2 * quiet }),
  })
}

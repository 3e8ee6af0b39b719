import type { Mosaic } from '../h264/encoder.ts'
import { emptyPicture, sceneRows } from './clock.ts'
import { box, colour, write } from './paint.ts'
import { acting, handledAt, walkMs, type Visit, type WindowScene } from './visit.ts'

const paper = colour('#f2f5f6'), ink = colour('#33424b'), pale = colour('#c3ced4'), bar = colour('#17384c'), done = colour('#2f7d5b'), field = colour('#ffffff'), button = colour('#1f6fa5')
const fields = 6, fieldEveryMs = 9_000

/** 表 — filled in as time goes by: a block for a word, none of which can be read. */
function form(picture: Mosaic, visit: Visit, ms: number): void {
  const sinceMs = ms - visit.fromMs - walkMs
  write(picture, 8, 4, visit.caseNo, colour('#dbe7ee'))
  for (let i = 0; i < fields; i++) {
    const y = 24 + 11 * i, share = Math.min(1, Math.max(0, sinceMs / fieldEveryMs - i)), typed = Math.floor(share * (30 + (i * 17) % 34))
    box(picture, 8, y, 18 + (i * 5) % 7, 3, ink)
    box(picture, 34, y - 2, 76, 8, field)
    for (let x = 0; x < typed; x += 4) box(picture, 37 + x, y, 3, 3, ink)
    if (share > 0 && share < 1 && Math.floor(ms / 480) % 2) box(picture, 38 + typed, y - 1, 1, 5, ink)
  }
  for (let i = 0; i < 5; i++) {
    const y = 26 + 10 * i, ticked = sinceMs > fieldEveryMs * (i + 1)
    box(picture, 124, y, 5, 5, ticked ? done : field)
    box(picture, 133, y + 1, 30 + (i * 11) % 18, 3, ink)
  }
  const pressed = acting(visit, ms, 1_500)
  box(picture, 150, 88, 34, 9, pressed ? done : button)
  box(picture, 158, 91, 18, 3, field)
}

/** 屏幕机 — the clerk's screen: the form while somebody is served, otherwise the list of what waits. */
export function drawScreen(scene: WindowScene, ms: number): Mosaic {
  const picture = emptyPicture(), handled = handledAt(scene, ms)
  box(picture, 0, 0, 192, sceneRows, scene.staffed ? paper : colour('#0c1114'))
  if (!scene.staffed) return picture
  box(picture, 0, 0, 192, 13, bar)
  box(picture, 116, 18, 1, 66, pale)
  if (handled) { form(picture, handled, ms); return picture }
  const chosen = Math.floor(ms / 7_000) % 7
  for (let i = 0; i < 7; i++) {
    const y = 20 + 10 * i
    if (i === chosen) box(picture, 4, y - 3, 108, 9, pale)
    for (const [x, width] of [[8, 22], [36, 18 + (i * 13) % 24], [84, 14]] as const) box(picture, x, y, width, 3, ink)
    box(picture, 124, y, 20 + (i * 7) % 30, 3, pale)
  }
  return picture
}

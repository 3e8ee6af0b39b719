import { copyOf, type Mosaic } from '../h264/encoder.ts'
import { emptyPicture, sceneRows } from './clock.ts'
import { box, colour, slope, write } from './paint.ts'
import { citizenAt, clerkAt, lookOf } from './person.ts'
import { acting, handledAt, leaving, nearness, visitAt, type WindowScene } from './visit.ts'

/** By night the lights are low. */
const lightOf = (staffed: boolean) => staffed ? 1 : 0.45
const rooms = new Map<string, Mosaic>()

/** 空窗 — wall, notices, window, plate, counter: drawn once, then copied. */
function room(window: number, light: number): Mosaic {
  const key = `${window} ${light}`, known = rooms.get(key)
  if (known) return known
  const picture = emptyPicture(), of = (hex: string) => colour(hex, light)
  box(picture, 0, 0, 192, sceneRows, of('#4a5a64'))
  box(picture, 0, 0, 192, 5, of('#2d383f'))
  for (const x of [20, 76, 132]) box(picture, x, 1, 38, 2, of('#dfe8ea'))
  box(picture, 8, 20, 36, 26, of('#5d707a'))
  for (let i = 0; i < 5; i++) box(picture, 12, 24 + 4 * i, 26 - (i * 7) % 11, 2, of('#8b9ea6'))
  for (const x of [150, 168]) box(picture, x, 18, 15, 30, of('#7fa0ae'))
  box(picture, 68, 9, 56, 15, of('#123b52'))
  write(picture, window < 10 ? 76 : 73, 12, String(window).padStart(2, '0'), of('#eaf2f6'), 2)
  slope(picture, 63, 24, [22, 170], [0, 192], of('#8a6b4c'))
  box(picture, 0, 87, 192, 2, of('#b08d68'))
  box(picture, 0, 89, 192, sceneRows - 89, of('#5f4a38'))
  for (let x = 0; x < 192; x += 32) box(picture, x, 90, 1, sceneRows - 90, of('#51402f'))
  rooms.set(key, picture)
  return picture
}

/** 窗口机 — the clerk behind the counter, whoever stands before it, and between them the papers of the case. */
export function drawWindow(seed: number, hall: string, scene: WindowScene, ms: number): Mosaic {
  const { window, staffed } = scene, light = lightOf(staffed), picture = copyOf(room(window, light)), of = (hex: string) => colour(hex, light)
  const visit = visitAt(scene, ms), handled = handledAt(scene, ms), stamping = handled !== undefined && acting(handled, ms, 900)
  // The number that is called: digits only, none of anybody.
  box(picture, 93, 12, 29, 10, of(handled ? '#3a1512' : '#0d2a3b'))
  if (handled) write(picture, 96, 14, handled.caseNo.split('-').at(-1)!, of('#ff7a5c'))
  if (staffed) clerkAt(picture, lookOf(seed, `clerk of ${hall} ${window}`, light, '#28476b'), 92, 34, ms, handled !== undefined, stamping)
  slope(picture, 69, 18, [16, 176], [0, 192], of('#8a6b4c'))
  box(picture, 118, 45, 30, 20, of('#1b2227'))
  box(picture, 120, 47, 26, 15, of(handled ? '#a9c8d6' : '#4f6b7a'))
  if (handled) for (let i = 0; i < 4; i++) box(picture, 122, 49 + 3 * i, 8 + (Math.floor(ms / 400) + i * 5) % 13, 1, of('#3d5a69'))
  box(picture, 130, 65, 6, 6, of('#1b2227'))
  if (handled) {
    box(picture, 72, 74, 22, 7, of('#e9ecec'))
    for (let i = 0; i < 2; i++) box(picture, 75, 76 + 2 * i, 14, 1, of('#9aa6ac'))
    if (acting(handled, ms, 4_000)) box(picture, 86, 76, 5, 4, of('#c8352b'))
    if (stamping) box(picture, 87, 67, 4, 9, of('#5a2a22'))
  }
  if (visit) {
    const near = nearness(visit, ms)!, away = leaving(visit, ms)
    citizenAt(picture, lookOf(seed, visit.caseNo, light), Math.round(near * 58 + (1 - near) * (away ? -28 : 220)), 66, ms, near < 1, sceneRows)
  }
  return picture
}

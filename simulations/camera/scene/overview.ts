import { copyOf, type Mosaic } from '../h264/encoder.ts'
import { chanceOf } from '../../chance.ts'
import { emptyPicture, sceneRows } from './clock.ts'
import { box, colour, disc, write } from './paint.ts'
import { figureAt, lookOf, sway } from './person.ts'
import { handledAt, leaving, nearness, type WindowScene } from './visit.ts'

const hallOf = (light: number) => {
  const picture = emptyPicture(), of = (hex: string) => colour(hex, light)
  box(picture, 0, 0, 192, 34, of('#485862'))
  for (const x of [14, 62, 110, 158]) box(picture, x, 1, 22, 2, of('#dfe8ea'))
  box(picture, 0, 34, 192, sceneRows - 34, of('#6d767a'))
  for (let y = 44; y < sceneRows; y += 12) box(picture, 0, y, 192, 1, of('#646d71'))
  for (const y of [62, 78]) for (let i = 0; i < 6; i++) box(picture, 22 + i * 27, y + 9, 18, 3, of('#2c5068'))
  disc(picture, 182, 84, 6, 9, of('#3f6a48'))
  box(picture, 179, 90, 7, 6, of('#70503a'))
  return picture
}
const halls = new Map<number, Mosaic>()

/** 全景 — the whole hall: its windows in a row, who stands before them, who is on the way, who waits. */
export function drawOverview(seed: number, hall: string, windows: readonly WindowScene[], ms: number): Mosaic {
  const staffed = windows.some((window) => window.staffed), light = staffed ? 1 : 0.45, of = (hex: string) => colour(hex, light)
  if (!halls.has(light)) halls.set(light, hallOf(light))
  const picture = copyOf(halls.get(light)!), bay = Math.floor(188 / Math.max(1, windows.length))
  const at = (i: number) => 2 + Math.floor((i + 0.5) * bay)
  windows.forEach((scene, i) => {
    const look = lookOf(seed, `clerk of ${hall} ${scene.window}`, light, '#28476b'), x = at(i)
    box(picture, x - 7, 7, 15, 9, of(handledAt(scene, ms) ? '#b5402e' : '#123b52'))
    write(picture, x - 3, 9, String(scene.window).padStart(2, '0'), of('#eaf2f6'))
    if (scene.staffed) figureAt(picture, look, x + sway(look, ms), 21, true)
    box(picture, x - Math.floor(bay / 2), 32, bay - 1, 6, of('#8a6b4c'))
  })
  for (let i = 0; staffed && i < 12; i++) {
    const chance = chanceOf(seed, `seat ${hall} ${i} ${Math.floor(ms / 300_000)}`)
    if (!chance.happens('taken', 0.5)) continue
    const look = lookOf(seed, `waiting ${hall} ${i} ${Math.floor(ms / 300_000)}`, light)
    figureAt(picture, look, 31 + (i % 6) * 27 + sway(look, ms), 62 + 16 * Math.floor(i / 6), false)
  }
  windows.forEach((scene, i) => { for (const visit of scene.visits) {
    const near = nearness(visit, ms)
    if (near === undefined) continue
    const look = lookOf(seed, visit.caseNo, light), door = leaving(visit, ms) ? -6 : 198
    figureAt(picture, look, Math.round(door + (at(i) - door) * near) + (near === 1 ? sway(look, ms) : 0), Math.round(88 - 48 * near) - (near < 1 ? Math.floor(ms / 240) % 2 : 0), false)
  } })
  return picture
}

import type { Mosaic } from '../h264/encoder.ts'
import { chanceOf, type Chance } from '../../chance.ts'
import { box, colour, disc, type Colour } from './paint.ts'

export type Look = { hair: Colour; skin: Colour; coat: Colour; collar: Colour; longHair: boolean; broad: number; chance: Chance }
const hairs = ['#1d1a1c', '#2a2224', '#3a2c27', '#6d6a69'], skins = ['#c99a78', '#d3a583', '#b98766', '#dbb091']
const coats = ['#3f5f86', '#7a4a58', '#4f6b52', '#6b5a7d', '#8a6a3f', '#5b6470', '#9a5a48', '#39606b']

const dark = colour('#1a1616'), lips = colour('#8a4f46')

/** 相貌 — by a name, the same every time. `uniform`: who works here. */
export function lookOf(seed: number, name: string, light: number, uniform?: string): Look {
  const chance = chanceOf(seed, `looks of ${name}`), shade = (what: string, of: readonly string[]) => colour(chance.one(what, of), light)
  return { hair: shade('hair', hairs), skin: shade('skin', skins), coat: uniform === undefined ? shade('coat', coats) : colour(uniform, light), collar: colour('#e6ebee', light),
    longHair: chance.happens('long hair', 0.5), broad: chance.whole('broad', -1, 2), chance }
}
/** 微动 — nobody is ever quite still: a cell to this side or that, now and then, each in a time of their own. */
export const sway = ({ chance }: Look, ms: number, most = 1) =>
  Math.round(most * Math.sin(ms / chance.between('pace', 900, 1600)) * Math.sin(ms / chance.between('mood', 5_000, 9_000)))

/** Sits behind the counter and looks at us. `busy`: the hands are at work; `stamping`: one comes down. */
export function clerkAt(picture: Mosaic, look: Look, x: number, y: number, ms: number, busy: boolean, stamping: boolean): void {
  const dx = sway(look, ms), nod = busy ? Math.max(0, sway(look, ms * 2)) : 0, w = 17 + look.broad
  disc(picture, x, y + 32, w, 17, look.coat, -17, 6)
  for (let i = 0; i < 6; i++) box(picture, x + dx - 6 + i, y + 15 + i, 13 - 2 * i, 1, look.collar)
  if (look.longHair) disc(picture, x + dx, y + 5 + nod, 11, 13, look.hair)
  box(picture, x + dx - 4, y + 11 + nod, 9, 8, look.skin)
  disc(picture, x + dx, y + 3 + nod, 9, 11, look.skin)
  disc(picture, x + dx, y + 1 + nod, 10, 11, look.hair, -11, look.longHair ? -4 : -5)
  if (Math.floor(ms / 120) % 41 !== 0) for (const eye of [-4, 3]) box(picture, x + dx + eye, y + 3 + nod, 2, 1, dark)
  box(picture, x + dx - 2, y + 9 + nod, 4, 1, lips)
  const type = busy && !stamping ? Math.floor(ms / 240) % 2 : 0, lifted = stamping ? 0 : 1
  box(picture, x - 19, y + 32 + type, 8, 3, look.skin)
  box(picture, x + 12, y + 33 - type - 3 * (1 - lifted), 8, 3, look.skin)
}

/** Stands before the counter, seen from behind. */
export function citizenAt(picture: Mosaic, look: Look, x: number, y: number, ms: number, walking: boolean, bottom: number): void {
  const dx = walking ? 0 : sway(look, ms, 2), bob = walking ? Math.floor(ms / 240) % 2 : 0, w = 21 + look.broad
  disc(picture, x + dx, y + 38 + bob, w, 26, look.coat, -26, Math.min(0, bottom - y - 39 - bob))
  if (y + 38 < bottom) box(picture, x + dx - w, y + 38 + bob, 2 * w + 1, bottom - y - 38 - bob, look.coat)
  box(picture, x + dx - 4, y + 9 + bob, 9, 6, look.skin)
  if (look.longHair) disc(picture, x + dx, y + bob + 3, 11, 15, look.hair, -15, 13)
  else disc(picture, x + dx, y + bob, 11, 12, look.hair, -12, 9)
}

/** A small one: in the overview, from either side. */
export function figureAt(picture: Mosaic, look: Look, x: number, y: number, facing: boolean): void {
  box(picture, x - 3, y + 4, 7, 8, look.coat)
  box(picture, x - 2, y - 2, 5, 6, facing ? look.skin : look.hair)
  box(picture, x - 2, y - 3, 5, 2, look.hair)
}

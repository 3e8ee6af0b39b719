import type { Component } from 'svelte'
import type { PersonView } from '../projections/views.ts'
import { appeals } from './screens/cards/appeals.svelte.ts'
import { badge } from './screens/desk/badge.svelte.ts'

type Screen = Component<{ id: string }> | Component<Record<string, never>>
/** 去处 — a screen by its address. What it is made of comes over the line when somebody goes there. */
export type Place = {
  /** Its word stands in `words.places`. */
  name: string
  /** `/room`, or `/cases/:id` where the rest of the address names one thing. */
  path: string
  /** 导轨 — who has it before them, under which icon; `g` and then `key` goes there. */
  rail?: { icon: string; key: string; has(person: PersonView): boolean }
  /** How many wait for whoever is here; nothing is shown where nothing does. */
  badge?: () => number | undefined
  /** Whoever has stated no purpose where one is wanted does so before it opens. */
  looks?: true
  /** 随地址而变 — it reads what the address asks for whenever that changes, and stays where it is. Any other is made anew. */
  follows?: true
  /** Whoever has not signed in reads it too. */
  open?: true
  /** What is printed here is a document of its own, without who printed it. */
  sheet?: true
  load(): Promise<{ default: Screen }>
}
const is = (...roles: string[]) => (person: PersonView) => person.roles.some((role) => roles.includes(role))
const seesCases = ({ seesCases }: PersonView) => seesCases === true
const everybody = () => true

/** 全部去处, in the order of the rail. */
export const places: readonly Place[] = [
  { name: 'desk', path: '/desk', rail: { icon: 'desk', key: 'd', has: is('handler', 'section-head', 'leader') }, badge: () => badge.waiting, looks: true, follows: true, load: () => import('./screens/desk/Desk.svelte') },
  { name: 'window', path: '/window', rail: { icon: 'window', key: 'w', has: is('window-clerk') }, looks: true, sheet: true, follows: true, load: () => import('./screens/window/Window.svelte') },
  { name: 'notice', path: '/notices/:id', looks: true, sheet: true, load: () => import('./screens/window/Notice.svelte') },
  { name: 'department', path: '/department', rail: { icon: 'department', key: 'b', has: is('section-head', 'leader', 'inspector', 'auditor') }, looks: true, follows: true, load: () => import('./screens/department/Department.svelte') },
  { name: 'room', path: '/room', rail: { icon: 'room', key: 'j', has: is('inspector', 'auditor') }, looks: true, load: () => import('./screens/room/Room.svelte') },
  { name: 'video', path: '/video', rail: { icon: 'video', key: 's', has: is('hall-manager', 'hall-monitor', 'inspector') }, looks: true, load: () => import('./screens/video/Video.svelte') },
  { name: 'cards', path: '/cards', rail: { icon: 'cards', key: 'c', has: is('handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'auditor') }, badge: () => appeals.open, looks: true, follows: true, load: () => import('./screens/cards/Cards.svelte') },
  { name: 'card', path: '/cards/:id', looks: true, load: () => import('./screens/cards/Card.svelte') },
  { name: 'risk', path: '/risk', rail: { icon: 'risk', key: 'x', has: is('inspector', 'auditor') }, looks: true, follows: true, load: () => import('./screens/risk/Risk.svelte') },
  { name: 'cases', path: '/cases', rail: { icon: 'cases', key: 'q', has: seesCases }, looks: true, follows: true, load: () => import('./screens/cases/Cases.svelte') },
  { name: 'case', path: '/cases/:id', looks: true, load: () => import('./screens/case/Case.svelte') },
  { name: 'items', path: '/items', rail: { icon: 'items', key: 'i', has: is('handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'system-admin', 'auditor') }, follows: true, load: () => import('./screens/items/Items.svelte') },
  { name: 'item', path: '/items/:id', follows: true, load: () => import('./screens/items/Item.svelte') },
  { name: 'rules', path: '/rules', rail: { icon: 'rules', key: 'r', has: is('inspector', 'auditor', 'system-admin') }, follows: true, load: () => import('./screens/rules/Rules.svelte') },
  { name: 'whatIf', path: '/rules/what-if', looks: true, load: () => import('./screens/rules/WhatIf.svelte') },
  { name: 'map', path: '/map', rail: { icon: 'map', key: 'p', has: is('handler', 'section-head', 'leader', 'hall-manager', 'inspector', 'disclosure-officer', 'complaints-officer', 'auditor') }, follows: true, load: () => import('./screens/map/Map.svelte') },
  { name: 'admin', path: '/admin', rail: { icon: 'admin', key: 'a', has: is('system-admin', 'security-admin', 'auditor', 'hall-manager', 'inspector') }, follows: true, load: () => import('./screens/admin/Admin.svelte') },
  { name: 'filming', path: '/filming', open: true, load: () => import('./screens/filming/Filming.svelte') },
  { name: 'follow', path: '/follow', open: true, load: () => import('./screens/follow/Follow.svelte') },
  { name: 'follow', path: '/follow/:id', open: true, load: () => import('./screens/follow/Follow.svelte') },
  { name: 'me', path: '/me', rail: { icon: 'me', key: 'm', has: everybody }, load: () => import('./screens/me/Me.svelte') },
  { name: 'help', path: '/help', rail: { icon: 'help', key: 'h', has: everybody }, open: true, follows: true, load: () => import('./screens/help/Help.svelte') },
]
export const door: Place = { name: 'door', path: '/door', load: () => import('./screens/door/Door.svelte') }

/** 工作处 — where one's day begins: the first of these that one has. */
const begins = ['window', 'desk', 'room', 'department', 'video', 'cases', 'admin', 'me']
export const startOf = (person: PersonView): Place =>
  begins.map((name) => places.find((place) => place.name === name && place.rail?.has(person))).find((place) => place !== undefined) ?? places.at(-2)!

/** What an address names; nothing where no place has it. */
export function placeAt(pathname: string): { place: Place; id: string } | undefined {
  for (const place of places) {
    const [stem = '', named] = place.path.split('/:')
    if (named === undefined) { if (pathname === stem) return { place, id: '' }; continue }
    if (!pathname.startsWith(`${stem}/`) || pathname.length === stem.length + 1) continue
    try { return { place, id: decodeURIComponent(pathname.slice(stem.length + 1)) } } catch { return undefined }
  }
  return undefined
}
export { is as hasRole }

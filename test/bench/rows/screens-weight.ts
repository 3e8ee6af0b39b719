import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from '../../../api/opening/main.ts'
import { pageOf, withBrowser } from '../browser.ts'
import { number } from '../figures.ts'
import { openHouse } from '../house.ts'
import { assertRight, type Line } from '../line.ts'
import type { Place } from '../place.ts'
import { officeOf } from '../screens-house.ts'
import { served } from '../serving.ts'

const most = 200_000
type Chunk = { file: string; isEntry?: boolean; imports?: string[]; css?: string[] }
/** A file of the build and all that it cannot begin without. */
function filesOf(manifest: Record<string, Chunk>, source: string, found = new Set<string>(), seen = new Set<string>()): Set<string> {
  const chunk = manifest[source]
  if (!chunk || seen.has(source)) return found
  seen.add(source)
  for (const file of [chunk.file, ...chunk.css ?? []]) found.add(file)
  for (const needed of chunk.imports ?? []) filesOf(manifest, needed, found, seen)
  return found
}
const workplaces = [
  { name: '窗口', path: '/window', source: 'screens/window/Window.svelte', role: 'window-clerk' }, { name: '工作台', path: '/desk', source: 'screens/desk/Desk.svelte', role: 'handler' },
  { name: '部门', path: '/department', source: 'screens/department/Department.svelte', role: 'section-head' }, { name: '监察室', path: '/room', source: 'screens/room/Room.svelte', role: 'inspector' },
  { name: '办件页', path: '/cases/W-1', source: 'screens/case/Case.svelte', role: 'inspector' }, { name: '流程图', path: '/map', source: 'screens/map/Map.svelte', role: 'inspector' },
]

/** 首次打开 — what comes over the line, packed, before a workplace is there: what a browser with nothing kept really asked for, beside what the build says that it needs. */
export async function weight(place: Place): Promise<Line[]> {
  const ui = join(root, 'dist/ui'), manifest = JSON.parse(readFileSync(join(ui, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>, entry = Object.keys(manifest).find((key) => manifest[key]!.isEntry)!
  const packed = (file: string) => gzipSync(readFileSync(join(ui, file))).length, sum = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + packed(file), 0)
  const house = await openHouse(place.room('weight')), office = await officeOf(house)
  await office.submit('W-1')
  const serving = await served(house), { url, people } = serving
  try {
    return await withBrowser(async (browser) => {
      const lines: Line[] = []
      for (const { name, path, source, role } of workplaces) {
        const page = await pageOf(browser, url, role === 'inspector' ? serving.cookie : await people.cookieFor(role, { department: office.department }))
        await page.goto(url + path, { waitUntil: 'networkidle' })
        await page.waitForSelector('main h1, main h2, .case')
        const asked = new Set(['index.html', ...await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname.slice(1)).filter((path) => /\.(?:js|css|woff2?|svg)$/.test(path)))])
        const needed = new Set(['index.html', ...filesOf(manifest, entry), ...filesOf(manifest, source)]), missing = [...needed].filter((file) => !asked.has(file))
        assertRight(needed.size > 3 && missing.length === 0, `${name} was there without ${missing.join('、')}`)
        const bytes = sum(asked)
        lines.push({ row: `weight-${source.split('/')[1]!}`, zh: `首次打开：${name} / first load`, measured: `压缩后 ${number(bytes / 1000)} kB，${asked.size} 个文件`, limit: `构建所列必需 ${number(sum(needed) / 1000)} kB，${needed.size} 个文件；许 ${number(most / 1000)} kB`,
          times: bytes / most, goal: [{ zh: '压缩后 ÷ 200 kB', value: bytes / most, most: 1 }], checked: '构建所列的都在浏览器取过的之中', figures: { bytes, files: asked.size, neededBytes: sum(needed) } })
        await page.context().close()
      }
      return lines
    })
  } finally { await serving.close(); place.empty('weight') }
}

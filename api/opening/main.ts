import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { childExaminer } from '../../adapters/blobs/examiner.ts'
import { openBlindIndex } from '../../adapters/blind/embedded.ts'
import { systemClock, type Readings } from '../../adapters/clock.ts'
import { lookAt } from '../../adapters/doctor/look.ts'
import { servingHere } from '../../adapters/doctor/process.ts'
import { openDueIndex } from '../../adapters/due-index/embedded.ts'
import { openEmbedded, type Opened } from '../../adapters/open.ts'
import { openIdOf } from '../../adapters/oidc/open.ts'
import { witnessedTimeMs } from '../../adapters/transparency/time.ts'
import { rowsAreCurrent } from '../../adapters/read-store/current.ts'
import { openTransparency, type Told } from '../../adapters/transparency/open.ts'
import type { Blobs, Keys } from '../../domain/kernel/ports.ts'
import type { Instant } from '../../domain/kernel/values.ts'
import { dayIn } from '../../domain/kernel/zones.ts'
import type { DueIndex } from '../../projections/due-index.ts'
import { groups, projections } from '../../projections/index.ts'
import { attachmentsOf, formsOf } from '../attachments/kept.ts'
import { blindingOf } from '../blinding.ts'
import { openCalendars } from '../calendars.ts'
import type { Answer, Report } from '../cli/verb.ts'
import { openControl } from '../control.ts'
import { dueOnceJudged } from '../due.ts'
import { usualLimits, type Limits } from '../limits.ts'
import { keepFootage } from '../footage/retention.ts'
import { found, foundingOf } from '../founding.ts'
import { openEvidence } from './evidence/main.ts'
import type { EvidenceRoom } from '../footage/evidence-room.ts'
import { judgeAll } from '../judging-all.ts'
import { loadModules } from '../modules.ts'
import { erasing } from '../privacy/erasing.ts'
import { Unanswerable } from '../problems.ts'
import { referencesFrom } from '../references.ts'
import { sayRestored } from '../restoring.ts'
import type { Founding, Rooms } from '../rooms.ts'
import { supervise } from '../supervising.ts'
import { runner } from '../tell.ts'
import { knownTime, recordSteps } from '../timekeeping.ts'
import { footageHere, type FootageAsked, type FootageHere } from './footage.ts'

const here = dirname(fileURLToPath(import.meta.url))
/** The project's folder, from its sources as from its build. */
export const root = resolve(here, here.endsWith(join('dist', 'api', 'opening')) ? '../../..' : '../..')
const dist = (path: string) => new URL(`../../${path}`, import.meta.url).href
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

/** A real book until somebody says more: a name and a region come with its administration. */
const official: Founding = { purpose: 'official', name: '政务服务监察平台', region: '000000', zone: 'Asia/Shanghai' }
const inUse = (error: unknown) => error instanceof Error && error.name === 'BookInUse'

/** What a bulk import leaves behind is given back before the rows are built, which want the room; an idle heap would keep it. */
const giveBack = () => {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

/** 证据室 — opened when it is first asked for; whose signature its bundles bear is known before the first picture is taken. */
function keepEvidence(rooms: Rooms) {
  let opened: EvidenceRoom | undefined
  const room = rooms.evidence = () => opened ??= openEvidence(rooms, root, version)
  const onError = (error: unknown) => { process.stderr.write(`证据公钥没有公布 / the evidence key was not published: ${String(error)}\n`) }
  rooms.onTold((_, facts) => { if (facts.includes('CameraRegistered')) room().published().catch(onError) })
}

export type HouseClock = { now(): Instant; kind: Rooms['clock'] }
export type House = {
  rooms: Rooms; opened: Opened
  /** Signs heads and has them witnessed from here on. */
  signHeads(): void
  /** Called when a calendar or a rule has changed. */
  again(listener: () => void): void
  /** Asks long work to end. */
  stop(): void
  close(): Promise<void>
}

/** Only for reading, where the rows have read the whole book: most questions are asked then, and nobody has to be started for them. */
async function openToRead(dir: string, open: (writing: boolean) => Promise<Opened>): Promise<Opened | undefined> {
  const opened = await open(false).catch(() => undefined)
  if (!opened) return undefined
  const { position } = await opened.book.head()
  if (position > 0 && rowsAreCurrent(join(dir, 'rows'), { projections, groups }, position)) return opened
  await opened.close()
  return undefined
}
/** As the writer of the directory where that may be, else for reading beside the one who writes. */
async function openDirectory(dir: string, write: 'must' | 'may' | 'no', suite?: 'intl' | 'SM'): Promise<Opened> {
  const threads = { projections: dist('projections/index.js'), facts: dist('api/threads/main.js') }
  const onFailure = (failure: Error) => { process.stderr.write(`投影停了 / the projector has stopped: ${failure.message}\n`) }
  const openAs = (writing: boolean) => openEmbedded(dir, { write: writing, threads, suite, onFailure })
  const opened = (write === 'no' ? await openToRead(dir, openAs) : undefined) ?? await openAs(true).catch((error: unknown) => {
    if (write === 'must' || !inUse(error)) throw error
    return openAs(false)
  })
  // What a killed import left of its notes is of no use to anybody.
  for (const name of readdirSync(dir)) if (opened.projector && name.startsWith('import-seen-')) rmSync(join(dir, name), { force: true })
  return opened
}

/** Whose book this is. An empty one that may be written is founded as `founding` says; nobody else's is opened. */
async function foundingHere({ book, projector }: Opened, founding: Founding): Promise<Founding> {
  const founded = await foundingOf(book)
  if (founded) return founded
  const { position } = await book.head()
  if (position > 0) throw new Unanswerable(409, 'not-our-book', '这个事件簿的第一条不是建立平台，打不开', 'The first fact of this book does not found a platform; it cannot be opened')
  if (!projector) throw new Unanswerable(409, 'empty-book', '事件簿还是空的', 'The book is still empty')
  return founding
}

/** 到期索引 where nobody serves: derived at the first asking, for this command alone. */
function dueHere(rooms: Rooms) {
  let derived: Promise<{ index: DueIndex; close(): void }> | undefined
  const derive = async () => {
    const dir = mkdtempSync(join(tmpdir(), 'mingjian-due-')), index = openDueIndex(join(dir, 'due.db'))
    const supervising = supervise(rooms, index, { issue: false, onError: () => undefined })
    await supervising.ready
    return { index, close() { supervising.close(); index.close(); rmSync(dir, { recursive: true, force: true }) } }
  }
  return { due: async () => (await (derived ??= derive())).index, close: async () => (await derived?.catch(() => undefined))?.close() }
}

/** What is forgotten of somebody is forgotten with all that they handed in for it. */
const withAttachments = (keys: Keys, blobs: Blobs): Keys => ({ ...keys, async forget(subject, matter) { await blobs.forget(subject, matter); await keys.forget(subject, matter) } })

/** 开门 — everything behind `api`, opened over one directory. */
export async function openRooms(dir: string, { write, founding: asked = official, clock, readings, heads, suite }: {
  /** `may`: as the writer where nobody else is; `no`: as the writer only where the rows have to be brought up to the book. */
  write: 'must' | 'may' | 'no'; founding?: Founding; clock?: HouseClock; readings?: Readings; heads?: Told; suite?: 'intl' | 'SM' | undefined
}): Promise<House> {
  const opened = await openDirectory(dir, write, suite)
  const { book, keys, blobs, rows, projector } = opened, examiner = childExaminer(new URL(dist('adapters/blobs/examining/main.js')))
  try {
    const founding = { ...await foundingHere(opened, asked) }
    const outside = write === 'must' && !clock ? { witnessedMs: await witnessedTimeMs(dir, heads) } : {}
    const keeping = clock ? undefined : systemClock({ ...await knownTime(book), ...outside }, readings), now = clock?.now ?? keeping!.now
    const calendars = await openCalendars(book, () => founding.region, () => founding.zone)
    const modules = await loadModules(join(dir, 'modules'))
    const more = modules.flatMap(({ rules, patterns }) => [...rules, ...patterns]), today = () => dayIn(founding.zone, now())
    const references = { ...referencesFrom(book, more, { rows, today }), reading: async () => keeping?.reading(),
      attachments: attachmentsOf(book, blobs), forms: formsOf(blobs) }
    const told = runner({ book, keys, get region() { return founding.region }, now, references, ...(keeping && { keeping }),
      calendar: () => calendars.ofKnown('', founding.zone, dayIn(founding.zone, now())) })
    const blind = blindingOf(book, keys, openBlindIndex(projector && join(dir, 'blind.db'), await keys.blind('mark', '')))
    let again = () => {}
    const listening = new Set<Parameters<Rooms['onTold']>[0]>()
    const stopping = new AbortController()
    const tell: Rooms['tell'] = async (saying) => {
      const answer = await told(saying)
      const moved = 'facts' in answer && answer.facts.length > 0
      const named = moved && saying.command.type === 'NamePlatform'
      if (named) Object.assign(founding, await foundingOf(book))
      if (named || (moved && saying.context.name === 'calendar')) await calendars.reload()
      if (moved && (saying.context.name === 'calendar' || ['PublishRule', 'RetireRule', 'ConfirmClock'].includes(saying.command.type))) again()
      if (moved) for (const listener of listening) listener(saying, answer.facts)
      return answer
    }
    // Said at every opening: a house that was killed while it was founded is founded to the end.
    if (projector) {
      await found(tell, founding)
      await sayRestored(dir, tell)
      if (keeping) recordSteps(keeping, tell, stopping.signal)
    }
    const { leafHashes, tileHashes, treeHead, leaf } = book.reader
    const log = projector && await openTransparency(dir, { leafHashes, tileHashes, treeHead, leaf }, founding, heads).catch((error: unknown) => {
      throw new Unanswerable(409, 'heads-not-opened', error instanceof Error ? error.message : String(error), 'The signed heads of this book cannot be opened as it was said')
    })
    const rooms: Rooms = {
      ...(log && { transparency: log }), dir, founding, clock: clock?.kind ?? 'system', now, ...(keeping && { keeping }), trouble: book.trouble, book,
      keys: withAttachments(blind.keys, blobs),
      blobs, examiner, rows, calendars, modules, blind, tell,
      ...(opened.credentials && { credentials: opened.credentials }), onTold: (listener) => { listening.add(listener); return () => listening.delete(listener) }, caughtUp: opened.caughtUp,
      due: () => here.due(),
      bulk(on) {
        blind.bulk(on)
        if (!on) giveBack()
        projector?.bulk(on)
      },
      rebuild: (onProgress) => {
        if (!projector) throw new Error('only the process that writes the book rebuilds its rows')
        return projector.rebuild(onProgress ? { onProgress } : {})
      },
      rowsHealth: async () => projector ? [...await projector.health(), { name: 'blind-words', version: 1, position: blind.position(), building: false }] : [],
      thread: (name, data) => new Worker(new URL(dist(`api/threads/${name}/main.js`)), { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: 64, maxOldGenerationSizeMb: 256 } }),
      stopping: stopping.signal,
      onChanged: (listener) => projector ? projector.onChanges(listener) : () => undefined,
    }
    if (projector) keepEvidence(rooms)
    const here = dueHere(rooms)
    const close = async () => { await here.close(); await log?.close(); await blind.close(); await examiner.close(); await opened.close() }
    return { rooms, opened, signHeads: () => log?.start(), again: (listener) => { again = listener }, stop: () => stopping.abort(), close }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** 试运行 — what the rules of modules find in all of history, said when the house opens with them. */
async function sayTried(rooms: Rooms) {
  for (const { ruleId, zh, module, findings, shadow, subjects } of (await judgeAll(rooms, rooms.now())).rules) {
    if (module !== undefined) process.stderr.write(`模块 ${module} / module：${ruleId} ${zh}，发现 ${findings}，试运行 ${shadow}，涉及 ${subjects} 件\n`)
  }
}

/** 设立代码 — to whoever started the server, and to nobody else. */
const sayOnConsole = (code: string) => { process.stderr.write(`尚未设立。请打开网页，以这个一次性代码设立平台 / not set up yet; open the page and use this one-time code：${code}\n`) }

/** 开放登录, where the directory names systems that may ask for it; what is wrong with that list is theirs to mend. */
function openIdHere(dir: string): Pick<Rooms, 'openId'> {
  try {
    const openId = openIdOf(dir)
    return openId ? { openId } : {}
  } catch (error) {
    throw new Unanswerable(409, 'oidc-not-opened', error instanceof Error ? error.message : String(error), 'The list of OpenID clients cannot be used as it is')
  }
}

export type Serving = { url: string; close(): Promise<void>; sweep(): Promise<number>; footage?: FootageHere }
export type Order = { verb: string; args: string[] }
/** 服务 — the house on this machine's own address, its control socket, and the judge. `obey`: what commands of the same user have it do. */
export async function serve(house: House, { host, port, issue, obey, limits, names = [], sayCode = sayOnConsole, footage: asked }: {
  host: string; port: number; issue: boolean; obey(rooms: Rooms, order: Order, report: Report): Promise<Answer>
  limits?: Limits; names?: readonly string[]; sayCode?(code: string): void; footage?: FootageAsked
}): Promise<Serving> {
  const { rooms } = house
  const onError = (error: unknown) => { process.stderr.write(`研判出错 / judging failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`) }
  const supervising = supervise(rooms, openDueIndex(join(rooms.dir, 'due.db')), { issue, onError })
  const due = dueOnceJudged(supervising)
  rooms.due = async () => { await due.ready(); return due.index }
  rooms.look = async () => ({ ...await lookAt(rooms.dir), serving: servingHere() })
  rooms.blind.keep(onError)
  Object.assign(rooms, openIdHere(rooms.dir))
  if (rooms.modules?.length) supervising.ready.then(() => sayTried(rooms)).catch(onError)
  house.again(() => { supervising.again().catch(onError) })
  // A command that serves nobody loads no server.
  const { openServer } = await import('../server.ts')
  const app = await openServer(rooms, due, { uiDir: join(root, 'dist/ui'), version, log: true, names, signIn: { sayCode }, ...(limits && { limits }) })
  const forgetting = erasing(rooms, onError), retaining = keepFootage(rooms, onError)
  await forgetting.started
  // Whoever comes in a crowd waits at the door and is told; a queue that is too short for them drops them without a word, for seconds.
  const url = await app.listen({ host, port, backlog: (limits ?? usualLimits).connections })
  house.signHeads()
  const control = await openControl(rooms.dir, (order, report) => obey(rooms, order, report))
  const footage = asked && footageHere(rooms, fileURLToPath(dist('video/main.js')), asked, (error) => { process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`) })
  return {
    url, sweep: supervising.sweep, ...(footage && { footage }),
    async close() {
      house.stop()
      await control.close()
      await footage?.close()
      supervising.close()
      await app.close()
      await forgetting.close()
      await retaining.close()
      supervising.index.close()
      await house.close()
    },
  }
}

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHash } from 'node:crypto'
import { verifyBook } from '../adapters/book/verify.ts'
import { systemClock } from '../adapters/clock.ts'
import { openDueIndex } from '../adapters/due-index/embedded.ts'
import { readHistory } from '../adapters/exchange/history.ts'
import { loadProfile } from '../adapters/exchange/profile.ts'
import { openEmbedded, type Opened } from '../adapters/open.ts'
import type { Instant } from '../domain/kernel/values.ts'
import { dayIn } from '../domain/kernel/zones.ts'
import { openCalendars } from './calendars.ts'
import { judgeVerb, query, replayVerb, summary } from './cli/reading.ts'
import { importVerb, rebuildVerb, verifyVerb, type OpenHistory } from './cli/writing.ts'
import { commonOptions, heard, helpOf, text, usageError, type Answer, type Report, type Verb } from './cli/verb.ts'
import { openControl, order } from './control.ts'
import { found, foundingOf } from './founding.ts'
import { Unanswerable } from './problems.ts'
import { referencesFrom } from './references.ts'
import type { Founding, Rooms } from './rooms.ts'
import { openServer } from './server.ts'
import { supervise } from './supervising.ts'
import { runner } from './tell.ts'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, here.includes(`${join('/', 'dist', '/')}`) || here.endsWith(join('dist', 'api')) ? '../..' : '..')
const dist = (path: string) => new URL(`../${path}`, import.meta.url).href
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

/** A real book until somebody says more: a name and a region come with its administration. */
const official: Founding = { purpose: 'official', name: '政务服务监察平台', region: '000000', zone: 'Asia/Shanghai' }
const inUse = (error: unknown) => error instanceof Error && error.name === 'BookInUse'

/** Opens a directory: as its writer where it may be, else for reading beside the one who writes. */
export async function openRooms(dir: string, { write, founding = official, clock }: {
  write: 'must' | 'may'; founding?: Founding; clock?: { now(): Instant; kind: Rooms['clock'] }
}): Promise<{ rooms: Rooms; opened: Opened; close(): Promise<void>; again(listener: () => Promise<void>): void }> {
  const threads = { projections: dist('projections/index.js'), facts: dist('api/threads/main.js') }
  const onFailure = (failure: Error) => { process.stderr.write(`投影停了 / the projector has stopped: ${failure.message}\n`) }
  const openAs = (writing: boolean) => openEmbedded(dir, { write: writing, threads, onFailure })
  const opened = await openAs(true).catch((error: unknown) => {
    if (write === 'must' || !inUse(error)) throw error
    return openAs(false)
  })
  const { book, keys, rows, projector } = opened
  for (const name of readdirSync(dir)) if (projector && name.startsWith('import-seen-')) rmSync(join(dir, name), { force: true })
  let last: Instant | undefined
  const { position } = await book.head()
  for await (const batch of book.readAll(Math.max(0, position - 1))) last = batch.at(-1)?.meta.recordedAt
  const now = clock?.now ?? systemClock(last)
  let founded = await foundingOf(book)
  const calendars = await openCalendars(book, () => (founded ?? founding).region, () => (founded ?? founding).zone)
  const told = runner({ book, keys, region: (founded ?? founding).region, now, references: referencesFrom(book),
    calendar: () => calendars.ofKnown('', (founded ?? founding).zone, dayIn((founded ?? founding).zone, now())) })
  let again = async () => {}
  const tell: Rooms['tell'] = async (saying) => {
    const answer = await told(saying)
    if (saying.context.name === 'calendar') await calendars.reload()
    if (saying.context.name === 'calendar' || saying.command.type === 'PublishRule') await again()
    return answer
  }
  if (!founded) {
    if (position > 0) throw new Unanswerable(409, 'not-our-book', '这个事件簿的第一条不是建立平台，打不开', 'The first fact of this book does not found a platform; it cannot be opened')
    if (!projector) throw new Unanswerable(409, 'empty-book', '事件簿还是空的', 'The book is still empty')
    await found(tell, founding)
    founded = founding
  }
  const rooms: Rooms = {
    dir, founding: founded, clock: clock?.kind ?? 'system', now, book, keys, rows, calendars, tell, caughtUp: opened.caughtUp,
    bulk: (on) => projector?.bulk(on),
    rebuild: (onProgress) => {
      if (!projector) throw new Error('only the process that writes the book rebuilds its rows')
      return projector.rebuild(onProgress ? { onProgress } : {})
    },
    rowsHealth: async () => projector ? projector.health() : [],
    onChanged: (listener) => projector ? projector.onChanges(listener) : () => undefined,
  }
  return { rooms, opened, close: opened.close, again: (listener) => { again = listener } }
}

/** A profile by name (those that ship) or by file, and the foreign file through it. */
const openHistory: OpenHistory = async (file, profile, tmpDir, onBytes) => {
  const shipped = join(root, 'adapters/exchange/profiles', `${profile}.json`)
  const path = !/[/.]/.test(profile) && existsSync(shipped) ? shipped : profile
  const loaded = await loadProfile(path)
  const { source, hall } = loaded
  return {
    source, hall: hall.id, zone: hall.zone, profile: source, profileHash: createHash('sha256').update(readFileSync(path)).digest('hex'),
    windows: readHistory(file, loaded, { tmpDir, onProgress: onBytes }),
  }
}

const verbs: readonly Verb[] = [importVerb(openHistory), summary, query, replayVerb, judgeVerb, rebuildVerb,
  verifyVerb(async (dir, onProgress) => verifyBook(dir, onProgress))]

export type Serving = { url: string; close(): Promise<void>; sweep(): Promise<number> }
/** 服务 — the house on this machine's own address, its control socket, and the judge. */
export async function serve(house: Awaited<ReturnType<typeof openRooms>>, { host, port, issue }: { host: string; port: number; issue: boolean }): Promise<Serving> {
  const { rooms } = house
  await rooms.caughtUp((await rooms.book.head()).position)
  const supervising = supervise(rooms, openDueIndex(join(rooms.dir, 'due.db')), { issue })
  house.again(supervising.again)
  await supervising.ready
  const app = await openServer(rooms, supervising.index, { uiDir: join(root, 'dist/ui'), version, log: true })
  const url = await app.listen({ host, port })
  const control = await openControl(rooms.dir, async ({ verb: name, args }, report) => {
    const verb = verbs.find((verb) => verb.name === name && verb.writes)
    if (!verb) throw usageError('verb', `没有「${name}」`, `There is no ${name}`)
    return perform(verb, rooms, args, report)
  })
  return {
    url, sweep: supervising.sweep,
    async close() {
      await control.close()
      supervising.close()
      await app.close()
      supervising.index.close()
      await house.close()
    },
  }
}

const perform = (verb: Verb, rooms: Rooms, args: string[], report: Report): Promise<Answer> => {
  if (verb.name === 'import' && rooms.founding.purpose === 'demonstration') {
    throw new Unanswerable(409, 'demonstration-book', '这是演示县的数据目录，不收真实数据；请用 --data 指定别的目录', 'This is the data directory of a demonstration; real data goes to another one (--data)', { field: 'data' })
  }
  return verb.run(rooms, heard(verb, args), report)
}

const loopback = ['127.0.0.1', '::1', 'localhost']
/** Until there is sign-in, no address but this machine's own. */
export function addressOf(host: string | undefined, port: string | undefined, defaultPort: number) {
  if (host !== undefined && !loopback.includes(host)) throw usageError('host', `尚无登录，只在本机地址服务（${loopback.join('、')}），不接受 ${host}`, `There is no sign-in yet: only loopback addresses are served (${loopback.join(', ')}), not ${host}`)
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw usageError('port', '端口须为 0…65535', 'port is a number from 0 to 65535')
  return { host: host ?? '127.0.0.1', port: port === undefined ? defaultPort : Number(port) }
}

/** Asks to stop once more than once, and it stops at once. */
export function untilStopped(close: () => Promise<void>) {
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {
    if (stopping) process.exit(130)
    stopping = true
    process.stderr.write('正在停止… / stopping…\n')
    void close().then(() => process.exit(0), (error: unknown) => { process.stderr.write(`${String(error)}\n`); process.exit(1) })
  })
}

const reporter = (): Report => {
  let said = 0
  return (line) => {
    const now = performance.now()
    if (now - said < 200) return
    said = now
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`)
  }
}

async function runVerb(verb: Verb, args: string[]): Promise<number> {
  const said = heard(verb, args)
  if (said.options['help']) { process.stdout.write(`${helpOf(verb)}\n`); return 0 }
  const dir = resolve(text(said, 'data') ?? 'data')
  if (verb.name !== 'import' && !existsSync(join(dir, 'book.db'))) {
    throw new Unanswerable(404, 'no-such-book', `${dir} 里没有事件簿；先导入或启动服务，或用 --data 指定目录`, `There is no book in ${dir}; import or serve first, or say --data`, { field: 'data' })
  }
  const report = reporter()
  const answer = verb.name === 'verify' ? await verb.run({ dir } as Rooms, said, report) : await (verb.writes && order(dir, { verb: verb.name, args: absolute(verb, args, said.positional) }, report)) || await atHome(verb, dir, args, report)
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  process.stdout.write(`${said.options['json'] ? JSON.stringify(answer.json) : answer.text}\n`)
  return (answer as Answer).exitCode ?? 0
}
/** The server stands in another folder: paths are said from the root of the file system. */
const absolute = ({ name }: Verb, args: string[], [file]: readonly string[]) => name !== 'import' ? args
  : args.map((arg, i) => arg === file || (args[i - 1] === '--profile' && existsSync(arg)) ? resolve(arg) : arg.startsWith('--profile=') && existsSync(arg.slice(10)) ? `--profile=${resolve(arg.slice(10))}` : arg)

/** Without a server the command opens the book itself, and brings the rows up to it before it answers. */
async function atHome(verb: Verb, dir: string, args: string[], report: Report): Promise<Answer> {
  const house = await openRooms(dir, { write: verb.writes ? 'must' : 'may' })
  try {
    if (house.opened.projector) await house.rooms.caughtUp((await house.rooms.book.head()).position)
    return await perform(verb, house.rooms, args, report)
  } finally { await house.close() }
}

const usage = () => ['明鉴 Mingjian', '', ...verbs.map((verb) => `  mingjian ${verb.usage}\n      ${verb.zh} / ${verb.en}`),
  '  mingjian serve [--port N] [--host 127.0.0.1]\n      启动服务 / start the server', '  mingjian demo [--port N] [--fresh]\n      演示县 / the demonstration county',
  '', ...Object.entries(commonOptions).map(([name, { zh, en }]) => `  --${name.padEnd(8)} ${zh} / ${en}`)].join('\n')

export const serveVerb: Verb = {
  name: 'serve', usage: 'serve [--port N] [--host 127.0.0.1]', zh: '启动服务', en: 'Start the server', positional: [], writes: true,
  options: { port: { type: 'string', zh: '端口（默认 8080）', en: 'port (default 8080)' }, host: { type: 'string', zh: '地址（只限本机）', en: 'address (loopback only)' } },
  run: () => { throw new Error('served by the root') },
}
async function runServe(args: string[]): Promise<number | undefined> {
  const said = heard(serveVerb, args)
  if (said.options['help']) { process.stdout.write(`${helpOf(serveVerb)}\n`); return 0 }
  const address = addressOf(text(said, 'host'), text(said, 'port'), 8080)
  const house = await openRooms(resolve(text(said, 'data') ?? 'data'), { write: 'must' })
  const serving = await serve(house, { ...address, issue: true })
  untilStopped(serving.close)
  const purpose = house.rooms.founding.purpose === 'demonstration' ? '（演示县的事件簿 / a demonstration book）' : ''
  process.stdout.write(said.options['json'] ? `${JSON.stringify({ url: serving.url })}\n` : `明鉴已启动${purpose}：${serving.url}\n`)
  return undefined
}

async function main([name, ...args]: string[]): Promise<number | undefined> {
  process.umask(0o077)
  if (name === undefined || name === '--help' || name === 'help') { process.stdout.write(`${usage()}\n`); return name === undefined ? 2 : 0 }
  if (name === 'serve') return runServe(args)
  if (name === 'demo') return (await import('../simulations/main.ts')).runDemo(args)
  const verb = verbs.find((verb) => verb.name === name)
  if (!verb) throw usageError('verb', `没有「${name}」这个命令；有：${[...verbs.map(({ name }) => name), 'serve', 'demo'].join('、')}`, `There is no verb ${name}`)
  return runVerb(verb, args)
}

/** What a person can mend is said in two languages, with exit code 2; the rest is ours. */
function explained(error: unknown): { code: number; json: object; lines: string[] } {
  if (error instanceof Unanswerable) return { code: 2, json: error.problem, lines: [error.problem.title, error.problem.en] }
  const worded = error as Error & { zh?: string; en?: string; code?: string; file?: string; line?: number; field?: string; rule?: string }
  if (typeof worded.zh === 'string') {
    const { code, file, line, field, rule, zh, en } = worded
    const where = [file && `文件 ${file}`, line !== undefined && `第 ${line} 行`, field && `字段 ${field}`, rule && `规则 ${rule}`].filter(Boolean).join('，')
    return { code: 2, json: { status: 400, code: code ?? worded.name, title: zh, en, file, line, field, rule }, lines: [...(where ? [where] : []), zh, en ?? ''] }
  }
  return { code: 1, json: { status: 500, code: 'unexpected', title: worded.message, en: worded.message }, lines: [worded.stack ?? String(error)] }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).then((code) => { if (code !== undefined) process.exitCode = code }, (error: unknown) => {
    const { code, json, lines } = explained(error)
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: json })}\n`)
    process.stderr.write(`${lines.join('\n')}\n`)
    process.exitCode = code
  })
}

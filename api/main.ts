import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { verifyBook } from '../adapters/book/verify.ts'
import { readHistory } from '../adapters/exchange/history.ts'
import { loadProfile } from '../adapters/exchange/profile.ts'
import { addressOf, reporter, untilStopped, withStdin } from './cli/process.ts'
import { explained } from './explained.ts'
import { whatIfVerb } from './cli/what-if.ts'
import { impactVerb } from './cli/impact.ts'
import { ledgerVerb } from './cli/ledger.ts'
import { judgeVerb, query, replayVerb, summary } from './cli/reading.ts'
import { quarantineVerb } from './cli/quarantine.ts'
import { rulesVerb } from './cli/rules.ts'
import { searchVerb } from './cli/search.ts'
import { importVerb, rebuildVerb, verifyVerb, type OpenHistory } from './cli/writing.ts'
import { commonOptions, heard, isServed, isWriting, helpOf, text, usageError, type Answer, type Report, type Said, type Verb } from './cli/verb.ts'
import { order } from './control.ts'
import { openRooms, root, serve, type Order } from './opening/main.ts'
import { Unanswerable } from './problems.ts'
import type { Rooms } from './rooms.ts'

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

export const verbs: readonly Verb[] = [importVerb(openHistory), summary, query, searchVerb, replayVerb, ledgerVerb, rulesVerb, judgeVerb, impactVerb, whatIfVerb, quarantineVerb, rebuildVerb,
  verifyVerb(async (dir, onProgress) => verifyBook(dir, onProgress))]

/** What a command does over rooms that are open, wherever it was said. */
export const perform = (verb: Verb, rooms: Rooms, args: string[], report: Report): Promise<Answer> => {
  if (verb.name === 'import' && rooms.founding.purpose === 'demonstration') {
    throw new Unanswerable(409, 'demonstration-book', '这是演示县的数据目录，不收真实数据；请用 --data 指定别的目录',
      'This is the data directory of a demonstration; real data goes to another one (--data)', { field: 'data' })
  }
  return verb.run(rooms, heard(verb, args), report)
}

async function runVerb(verb: Verb, args: string[]): Promise<number> {
  const said = heard(verb, args)
  if (said.options['help']) { process.stdout.write(`${helpOf(verb)}\n`); return 0 }
  const dir = resolve(text(said, 'data') ?? 'data')
  if (verb.name !== 'import' && !existsSync(join(dir, 'book.db'))) {
    throw new Unanswerable(404, 'no-such-book', `${dir} 里没有事件簿；先导入或启动服务，或用 --data 指定目录`, `There is no book in ${dir}; import or serve first, or say --data`, { field: 'data' })
  }
  await verb.check?.(said)
  const answer = await answerOf(verb, dir, args, said)
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  process.stdout.write(`${said.options['json'] ? JSON.stringify(answer.json) : answer.text}\n`)
  return (answer as Answer).exitCode ?? 0
}
/** From the files alone, by the server that holds the book, or at home. */
async function answerOf(verb: Verb, dir: string, args: string[], said: Said): Promise<Answer> {
  const report = reporter()
  if (verb.name === 'verify') return verb.run({ dir } as Rooms, said, report)
  const obeyed = isServed(verb, said) ? await order(dir, { verb: verb.name, args: fromTheRoot(verb, args, said) }, report) : undefined
  return obeyed ?? atHome(verb, dir, args, isWriting(verb, said), report)
}
/** The server stands in another folder: paths are said from the root of the file system. */
function fromTheRoot({ name }: Verb, args: string[], { positional: [file], options: { profile } }: Said): string[] {
  if (name !== 'import') return args
  const path = (said: string) => said === file || (said === profile && existsSync(said)) ? resolve(said) : said
  return args.map((arg) => arg.startsWith('--profile=') ? `--profile=${path(arg.slice('--profile='.length))}` : path(arg))
}

/** Without a server the command opens the book itself, and brings the rows up to it before it answers. */
async function atHome(verb: Verb, dir: string, args: string[], writes: boolean, report: Report): Promise<Answer> {
  const house = await openRooms(dir, { write: writes ? 'must' : 'may' })
  try {
    if (house.opened.projector) await house.rooms.caughtUp((await house.rooms.book.head()).position)
    return await perform(verb, house.rooms, args, report)
  } finally { await house.close() }
}

/** Orders of the same user's commands to the server that holds the book: the verbs that write, and those that it answers best. */
export const obey = (rooms: Rooms, { verb: name, args }: Order, report: Report): Promise<Answer> => {
  const verb = verbs.find((verb) => verb.name === name && isServed(verb, heard(verb, args)))
  if (!verb) throw usageError('verb', `没有「${name}」`, `There is no ${name}`)
  return perform(verb, rooms, args, report)
}

const usage = () => ['明鉴 Mingjian', '', ...verbs.map((verb) => `  mingjian ${verb.usage}\n      ${verb.zh} / ${verb.en}`),
  '  mingjian serve [--port N] [--host 127.0.0.1]\n      启动服务 / start the server', '  mingjian demo [--port N]\n      演示县 / the demonstration county',
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
  const serving = await serve(house, { ...address, issue: true, obey })
  untilStopped(serving.close)
  const purpose = house.rooms.founding.purpose === 'demonstration' ? '（演示县的事件簿 / a demonstration book）' : ''
  process.stdout.write(said.options['json'] ? `${JSON.stringify({ url: serving.url })}\n` : `明鉴已启动${purpose}：${serving.url}\n`)
  return undefined
}

/** The room that this thread was given for young objects (run.mjs) is its own: threads have limits of theirs, which the flag would override. */
setFlagsFromString('--max-semi-space-size=0')

async function main([name, ...args]: string[]): Promise<number | undefined> {
  process.umask(0o077)
  // Whoever reads may have seen enough (`| head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') throw error })
  if (name === undefined || name === '--help' || name === 'help') { process.stdout.write(`${usage()}\n`); return name === undefined ? 2 : 0 }
  if (name === 'serve') return runServe(args)
  if (name === 'demo') return (await import('../simulations/main.ts')).runDemo(args)
  const verb = verbs.find((verb) => verb.name === name)
  if (!verb) throw usageError('verb', `没有「${name}」这个命令；有：${[...verbs.map(({ name }) => name), 'serve', 'demo'].join('、')}`, `There is no verb ${name}`)
  return runVerb(verb, await withStdin(args, verb.stdin))
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).then((code) => { if (code !== undefined) process.exitCode = code }, (error: unknown) => {
    const { code, json, lines } = explained(error)
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: json })}\n`)
    process.stderr.write(`${lines.join('\n')}\n`)
    process.exitCode = code
  })
}

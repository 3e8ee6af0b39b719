import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { restoreBackup } from '../adapters/backup/restore.ts'
import { takeBackup } from '../adapters/backup/take.ts'
import { verifyBook } from '../adapters/book/verify.ts'
import { lookAt, rememberVerified } from '../adapters/doctor/look.ts'
import { readHistory } from '../adapters/exchange/history.ts'
import { loadProfile } from '../adapters/exchange/profile.ts'
import { witnessedBy } from '../adapters/transparency/held.ts'
import { verifyReceipt } from '../adapters/transparency/receipt.ts'
import { openSigner } from '../adapters/transparency/signer.ts'
import { serveSigner } from '../adapters/transparency/socket.ts'
import { startWatch } from '../adapters/transparency/watch.ts'
import { takePen } from '../adapters/book/store.ts'
import { addressOf, ofThisProcess, reporter, untilStopped, withStdin, type Streams } from './cli/process.ts'
import { backupVerb } from './cli/backup.ts'
import { evidenceExportVerb, evidenceVerifyVerb, type VerifyEvidence } from './cli/evidence.ts'
import { doctorVerb } from './cli/doctor.ts'
import { footageOnDisk } from './footage/disk-health.ts'
import { restoreVerb } from './cli/restore.ts'
import { explained } from './explained.ts'
import { whatIfVerb } from './cli/what-if.ts'
import { impactVerb } from './cli/impact.ts'
import { ledgerVerb } from './cli/ledger.ts'
import { judgeVerb, query, replayVerb, summary } from './cli/reading.ts'
import { quarantineVerb } from './cli/quarantine.ts'
import { receiptVerb } from './cli/receipt.ts'
import { runSign, signVerb, type SignAsked } from './cli/sign.ts'
import { verifyReceiptVerb } from './cli/verify-receipt.ts'
import { runWitness, witnessVerb } from './cli/witness.ts'
import { rulesVerb } from './cli/rules.ts'
import { searchVerb } from './cli/search.ts'
import { importVerb, rebuildVerb, verifyVerb, type OpenHistory } from './cli/writing.ts'
import { commonOptions, heard, isServed, isWriting, helpOf, text, texts, usageError, type Answer, type Report, type Said, type Verb } from './cli/verb.ts'
import { order } from './control.ts'
import { openRooms, root, serve, type Order } from './opening/main.ts'
import { nameSaid } from './names.ts'
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

/** What is wrong with a file or key that somebody named is theirs to mend. */
const wrongly = (field: string) => (error: unknown): never => { throw usageError(field, error instanceof Error ? error.message : String(error), `${field}: see the words before`) }
const saidWrong = <T>(field: string, look: () => T): T => { try { return look() } catch (error) { return wrongly(field)(error) } }

export const verbs: readonly Verb[] = [importVerb(openHistory), summary, query, searchVerb, replayVerb, ledgerVerb, rulesVerb, judgeVerb, impactVerb, whatIfVerb, quarantineVerb, rebuildVerb,
  verifyVerb(async (dir, onProgress, held) => {
    const verified = verifyBook(dir, onProgress, saidWrong('head', () => witnessedBy(held)))
    if (verified.ok) rememberVerified(dir, verified)
    return verified
  }), receiptVerb, backupVerb(takeBackup), doctorVerb(lookAt, footageOnDisk), evidenceExportVerb]
/** The very file that travels in a bundle. */
const verifyEvidence: VerifyEvidence = async (path, asked) => {
  type Verifier = { verifyEvidence(...args: Parameters<VerifyEvidence>): Awaited<ReturnType<VerifyEvidence>> }
  const verifier = await import(pathToFileURL(join(root, 'adapters/evidence/verify.mjs')).href) as Verifier
  return verifier.verifyEvidence(path, asked)
}
/** Offline: these want no data directory. */
const bookless: readonly Verb[] = [verifyReceiptVerb(verifyReceipt), restoreVerb(restoreBackup), evidenceVerifyVerb(verifyEvidence)]

/** What a command does over rooms that are open, wherever it was said. */
export const perform = (verb: Verb, rooms: Rooms, args: string[], report: Report): Promise<Answer> => {
  if (verb.name === 'import' && rooms.founding.purpose === 'demonstration') {
    throw new Unanswerable(409, 'demonstration-book', '这是演示县的数据目录，不收真实数据；请用 --data 指定别的目录',
      'This is the data directory of a demonstration; real data goes to another one (--data)', { field: 'data' })
  }
  return verb.run(rooms, heard(verb, args), report)
}

async function runVerb(verb: Verb, args: string[], streams: Streams): Promise<number> {
  const said = heard(verb, args)
  if (said.options['help']) { streams.out(`${helpOf(verb)}\n`); return 0 }
  const dir = resolve(text(said, 'data') ?? 'data')
  if (verb.name !== 'import' && !bookless.includes(verb) && !existsSync(join(dir, 'book.db'))) {
    throw new Unanswerable(404, 'no-such-book', `${dir} 里没有事件簿；先导入或启动服务，或用 --data 指定目录`, `There is no book in ${dir}; import or serve first, or say --data`, { field: 'data' })
  }
  await verb.check?.(said)
  const answer = await answerOf(verb, dir, args, said, reporter(streams))
  if (streams.isTerminal) streams.err('\r\x1b[K')
  streams.out(`${said.options['json'] ? JSON.stringify(answer.json) : answer.text}\n`)
  return (answer as Answer).exitCode ?? 0
}
/** From the files alone, by the server that holds the book, or at home. */
async function answerOf(verb: Verb, dir: string, args: string[], said: Said, report: Report): Promise<Answer> {
  if (verb.files || bookless.includes(verb)) return verb.run({ dir } as Rooms, said, report)
  const obeyed = isServed(verb, said) ? await order(dir, { verb: verb.name, args: fromTheRoot(verb, args, said) }, report) : undefined
  return obeyed ?? atHome(verb, dir, args, isWriting(verb, said), report)
}
/** The server stands in another folder: paths are said from the root of the file system. */
function fromTheRoot({ name }: Verb, args: string[], { positional: [file], options: { profile, out } }: Said): string[] {
  const writesOut = name === 'receipt' || name === 'evidence export'
  if (name !== 'import' && !writesOut) return args
  const path = (said: string) => (name === 'import' && (said === file || (said === profile && existsSync(said)))) || (writesOut && said === out) ? resolve(said) : said
  return args.map((arg) => { const [, option = '', said = arg] = /^(--(?:profile|out)=)([^]*)$/.exec(arg) ?? []; return option + path(said) })
}

/** Without a server the command opens the book itself, and brings the rows up to it before it answers. */
async function atHome(verb: Verb, dir: string, args: string[], writes: boolean, report: Report): Promise<Answer> {
  const house = await openRooms(dir, { write: writes ? 'must' : verb.served ? 'may' : 'no' })
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

const usage = () => ['明鉴 Mingjian', '', ...[...verbs, ...bookless, witnessVerb, signVerb].map((verb) => `  mingjian ${verb.usage}\n      ${verb.zh} / ${verb.en}`),
  '  mingjian serve [--port N] [--host 127.0.0.1]\n      启动服务 / start the server', '  mingjian demo [--port N]\n      演示县 / the demonstration county',
  '', ...Object.entries(commonOptions).map(([name, { zh, en }]) => `  --${name.padEnd(8)} ${zh} / ${en}`)].join('\n')

/** 签名人: key, newest head and socket of another account. */
async function startSigner({ dir, socket, origin }: SignAsked) {
  const pen = takePen(dir), signer = openSigner(dir, { name: () => origin ?? `mingjian/${randomBytes(4).toString('hex')}`, now: Date.now })
  const served = await serveSigner(signer, socket)
  return { vkey: signer.vkey, async close() { await served.close(); pen.putDown() } }
}

export const serveVerb: Verb = {
  name: 'serve', usage: 'serve [--port N] [--host 127.0.0.1] [--rtmp-port N] [--rtmp-host IP] [--signer SOCKET] [--witness URL --witness-key VKEY …] [--suite intl|SM] [--name HOST …]',
  zh: '启动服务', en: 'Start the server',
  positional: [], writes: true,
  options: { port: { type: 'string', zh: '端口（默认 8080）', en: 'port (default 8080)' }, host: { type: 'string', zh: '地址（只限本机）', en: 'address (loopback only)' },
    'rtmp-port': { type: 'string', zh: '摄像机推流的端口（默认 1935）', en: 'port to which cameras push (default 1935)' },
    'rtmp-host': { type: 'string', zh: '摄像机推流的地址（默认只限本机）', en: 'address to which cameras push (default: this machine alone)' },
    name: { type: 'string', multiple: true, zh: '本机 TLS 代理对外的主机名，可多次', en: 'host name of the proxy with TLS on this machine, more than once' },
    suite: { type: 'string', zh: '首次启动时选定的密码套件：intl 或 SM（国密）', en: 'suite of the keys, chosen at the first start: intl or SM' },
    signer: { type: 'string', zh: '签名人的套接字（不说则本进程自签）', en: 'socket of the signer (this process signs where it is not said)' },
    origin: { type: 'string', zh: '树头的名称', en: 'name of the heads' },
    witness: { type: 'string', multiple: true, zh: '见证人的地址，可多次', en: 'address of a witness, more than once' },
    'witness-key': { type: 'string', multiple: true, zh: '见证人的公钥，与地址依次相配', en: 'key of a witness, in the order of the addresses' } },
  run: () => { throw new Error('served by the root') },
}
function suiteSaid(said: Said): 'intl' | 'SM' | undefined {
  const suite = text(said, 'suite')
  if (suite !== undefined && suite !== 'intl' && suite !== 'SM') throw usageError('suite', `没有套件「${suite}」；有：intl、SM`, `There is no suite ${suite}; there are intl and SM`)
  return suite
}
/** Where cameras push to: nothing listens before one is registered. */
function doorSaid(said: Said) {
  const port = text(said, 'rtmp-port') ?? '1935', host = text(said, 'rtmp-host')
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw usageError('rtmp-port', '端口须为 0…65535 的整数', 'A port is a whole number from 0 to 65535')
  if (host !== undefined && isIP(host) === 0) throw usageError('rtmp-host', `「${host}」不是 IP 地址`, `${host} is no IP address`)
  return { rtmpPort: Number(port), ...(host !== undefined && { rtmpHost: host }) }
}
/** Who signs and who witnesses. A key without an address is that of a witness that fetches the heads itself. */
function headsSaid(said: Said) {
  const urls = texts(said, 'witness'), keys = texts(said, 'witness-key')
  if (keys.length < urls.length) throw usageError('witness-key', '每个 --witness 须有一个 --witness-key', 'each --witness has its --witness-key')
  const signer = text(said, 'signer')
  return { signer: signer === undefined ? undefined : resolve(signer), origin: text(said, 'origin'),
    witnesses: keys.map((vkey, i) => ({ vkey, ...(urls[i] !== undefined && { url: urls[i] }) })) }
}
async function runServe(args: string[]): Promise<number | undefined> {
  const said = heard(serveVerb, args)
  if (said.options['help']) { process.stdout.write(`${helpOf(serveVerb)}\n`); return 0 }
  const address = addressOf(text(said, 'host'), text(said, 'port'), 8080)
  const names = texts(said, 'name').map(nameSaid)
  const house = await openRooms(resolve(text(said, 'data') ?? 'data'), { write: 'must', heads: headsSaid(said), suite: suiteSaid(said) })
  const serving = await serve(house, { ...address, issue: true, obey, names, footage: doorSaid(said) })
  untilStopped(serving.close)
  const purpose = house.rooms.founding.purpose === 'demonstration' ? '（演示县的事件簿 / a demonstration book）' : ''
  process.stdout.write(said.options['json'] ? `${JSON.stringify({ url: serving.url })}\n` : `明鉴已启动${purpose}：${serving.url}\n`)
  return undefined
}

/** The room that this thread was given for young objects (run.mjs) is its own: threads have limits of theirs, which the flag would override. */
setFlagsFromString('--max-semi-space-size=0')

const serving: Readonly<Record<string, (args: string[]) => Promise<number | undefined>>> = {
  serve: runServe,
  demo: async (args) => (await import('../simulations/main.ts')).runDemo(args),
  witness: (args) => runWitness(args, (asked) => startWatch(asked).catch(wrongly('witness'))),
  sign: (args) => runSign(args, (asked) => startSigner(asked).catch(wrongly('sign'))),
}
/** 两个字的命令 — what is done with evidence is said after it. */
const inOne = (said: string[]) => said[0] === 'evidence' && said[1] !== undefined && !said[1].startsWith('-') ? [`${said[0]} ${said[1]}`, ...said.slice(2)] : said

async function hear(said: string[], streams: Streams): Promise<number | undefined> {
  const [name, ...args] = inOne(said)
  if (name === undefined || name === '--help' || name === 'help') { streams.out(`${usage()}\n`); return name === undefined ? 2 : 0 }
  const serves = Object.hasOwn(serving, name) ? serving[name] : undefined
  if (serves) return serves(args)
  const verb = [...verbs, ...bookless].find((verb) => verb.name === name)
  if (!verb) throw usageError('verb', `没有「${name}」这个命令；有：${[...[...verbs, ...bookless].map(({ name }) => name), 'witness', 'sign', 'serve', 'demo'].join('、')}`, `There is no verb ${name}`)
  return runVerb(verb, await withStdin(args, verb.stdin), streams)
}
/** 一句命令 — said and answered to its end: the exit code, or nothing where it serves until it is stopped. What is wrong is said on both streams, never thrown. */
export async function saidHere(args: string[], streams: Streams): Promise<number | undefined> {
  return hear(args, streams).catch((error: unknown) => {
    const { code, json, lines } = explained(error)
    if (args.includes('--json')) streams.out(`${JSON.stringify({ error: json })}\n`)
    streams.err(`${lines.join('\n')}\n`)
    return code
  })
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.umask(0o077)
  // Whoever reads may have seen enough (`| head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') throw error })
  // A process whose loop runs dry ends with 0, whatever it was waiting for: until something is said, that is a failure.
  process.exitCode = 1
  void saidHere(process.argv.slice(2), ofThisProcess).then((code) => { process.exitCode = code ?? 0 })
}

import { read, type Recorded } from '../domain/kernel/events.ts'
import { clockDecider } from '../domain/platform/clock.ts'
import { platformEvents, type PlatformEvent } from '../domain/platform/events.ts'
import { witnessState } from './transparency.ts'

type Process = { pid: number; umask?: number; coreBytes?: string; environment: readonly string[] }
/** 所见 of a data directory; by a root. */
export type Looked = {
  dir: string; uid: number; owner: number; files: readonly { name: string; mode: number; uid: number; bytes: number }[]; below: string | undefined
  keys: { missing: readonly string[]; sameDevice: boolean }
  disk: { freeBytes: number; freeInodes: number; inodes: number; usedBytes: number }
  book?: { size: number; at: string; firstAt: string; unsound?: { position: number; zh: string; en: string }; clockFacts: readonly Recorded[]
    compared: readonly { from: 'book' | 'checkpoint' | 'witness' | 'verified'; size: number; said: string; found: string | undefined }[] }
  verified?: { at: string; size: number }
  rows: readonly { name: string; position: number }[]
  people: readonly Record<string, unknown>[]
  witness: { configured: number; threshold: number; seconds: readonly number[] }
  signer?: { socket: string; there: boolean }
  footage?: {
    store: 'there' | 'missing' | 'another' | 'not-writable'; freeBytes: number; usedBytes: number; retention: readonly Recorded[]
    cameras: readonly { camera: string; name: string; retentionDays: number; bytesPerDay: number; silent?: { sinceMs?: number; cause?: string } }[]
  }
  serving?: Process & { listening: readonly string[] }
  self: Process
  node: string
}
export type Line = { check: string; state: 'ok' | 'warn' | 'bad'; zh: string; en: string }
type Check = (seen: Looked, nowMs: number) => Omit<Line, 'check'> | readonly Omit<Line, 'check'>[]
const ok = (zh: string, en: string) => ({ state: 'ok' as const, zh, en })
const warn = (zh: string, en: string) => ({ state: 'warn' as const, zh, en })
const bad = (zh: string, en: string) => ({ state: 'bad' as const, zh, en })

const dayMs = 86_400_000, minuteMs = 60_000, gigabyte = 2 ** 30
const few = (names: readonly string[]) => names.slice(0, 5).join('、') + (names.length > 5 ? `… (${names.length})` : '')
const octal = (mode: number) => mode.toString(8).padStart(4, '0')

const permissions: Check = ({ files }) => {
  const open = files.filter(({ mode }) => (mode & 0o077) !== 0).map(({ name, mode }) => `${name} ${octal(mode)}`)
  return open.length === 0 ? ok(`${files.length} 个文件与目录都只有本人可读`, `all ${files.length} files and folders are their owner's alone`)
    : bad(`别人也能读或写：${few(open)}。请 chmod -R go= 数据目录`, `others can read or write: ${few(open)}. Run chmod -R go= on the data directory`)
}
const owner: Check = ({ files, owner: of, uid }) => {
  const others = files.filter((file) => file.uid !== of).map(({ name }) => name)
  if (others.length > 0) return bad(`属于别的账户：${few(others)}。请 chown 给数据目录的主人`, `of another account: ${few(others)}. Give them to the owner of the directory (chown)`)
  return of === uid ? ok('全部属于本账户', 'all of it belongs to this account')
    : warn(`数据目录属于另一账户（${of}）：请以那个账户运行`, `the directory belongs to another account (${of}): run as that one`)
}
const keys: Check = ({ keys: { missing, sameDevice }, below }) => [
  missing.length === 0 ? ok('钥匙齐全', 'the keys are all there') : bad(`缺钥匙：${few(missing)}。没有它们，密封的信息打不开；请从钥匙的备份恢复`,
    `keys are missing: ${few(missing)}. What is sealed cannot be opened; restore them from the backup of the keys`),
  ...(below === undefined ? [] : [bad(`数据与钥匙在备份之内（${below}）：备份里不得有钥匙，请移出`, `data and keys lie within a backup (${below}): a backup must hold no keys; move them out`)]),
  ...(sameDevice ? [warn('钥匙与数据在同一块盘上：拿走盘的人两者兼得。可把 keys 放到另一块盘', 'keys and data are on one device: whoever takes it has both. The folder keys can be another device')] : []),
]
const clock: Check = ({ book, witness }, nowMs) => {
  if (!book) return []
  const { open } = book.clockFacts.map((fact) => read(platformEvents, fact as Recorded<Extract<PlatformEvent,
    { type: 'ClockStepped' | 'ClockConfirmed' | 'ClockEpochStarted' }>>, fact.meta.version))
    .reduce(clockDecider.evolve, clockDecider.initial), newest = Math.max(0, ...witness.seconds) * 1000
  if (open) return bad('时钟跳变待确认：不依时发牌。请系统管理员核对时间后确认', 'a step of the clock waits: nothing is dealt by time. A system administrator compares the time and confirms')
  if (Date.parse(book.at) > nowMs + minuteMs) return bad(`机器时间早于最后一条事实（${book.at}）：请校时`, `the machine's clock is before the newest fact (${book.at}): set it right`)
  if (newest > nowMs + 5 * minuteMs) return bad('机器时间早于见证人所签的时间：请校时', 'the machine\'s clock is behind what a witness signed: set it right')
  return ok('不早于最后一条事实，也不早于见证时间', 'neither before the newest fact nor before what witnesses signed')
}
const disk: Check = ({ disk: { freeBytes, freeInodes, inodes, usedBytes }, book }, nowMs) => {
  const perDay = usedBytes / Math.max(1, (nowMs - Date.parse(book?.firstAt ?? new Date(nowMs).toISOString())) / dayMs), days = Math.floor(freeBytes / Math.max(1, perDay))
  const free = `${(freeBytes / gigabyte).toFixed(1)} GiB`, much = days > 3650
  if (freeBytes < gigabyte / 2 || days < 7) return bad(`只剩 ${free}，按现在的速度 ${days} 天写满：请立即扩容`, `${free} left, full in ${days} days at this rate: make room now`)
  if (inodes > 0 && freeInodes / inodes < 0.02) return bad(`文件数将满（剩 ${freeInodes}）：请清理或扩容`, `the file system is nearly out of inodes (${freeInodes} left): make room`)
  if (freeBytes < 5 * gigabyte || days < 90) return warn(`剩 ${free}，约够 ${much ? '十年以上' : `${days} 天`}：请准备扩容`,
    `${free} left, ${much ? 'more than ten years' : `about ${days} days`}: plan for more`)
  return ok(`剩 ${free}，约够 ${much ? '十年以上' : `${days} 天`}`, `${free} left, ${much ? 'more than ten years' : `about ${days} days`} at this rate`)
}
const froms = { book: ['簿头', 'the head of the book'], checkpoint: ['已签的树头', 'the signed head'], witness: ['见证的树头', 'a witnessed head'], verified: ['上次核验的树头',
  'the head of the last verify'] } as const
const book: Check = ({ book: seen }) => {
  if (!seen) return bad('没有事件簿', 'there is no book here')
  if (seen.unsound) return bad(`第 ${seen.unsound.position} 条受损。请运行 verify，并从备份恢复`, `position ${seen.unsound.position} is unsound. Run verify, and restore from a backup`)
  const wrong = seen.compared.find(({ found, said }) => found !== said)
  if (!wrong) return ok(`${seen.size} 条，最新两千条完好，与 ${seen.compared.length} 个树头相符`, `${seen.size} facts, the newest two thousand sound, agreeing with ${seen.compared.length} heads`)
  const [zh, en] = froms[wrong.from]
  return wrong.size > seen.size ? bad(`${zh}有 ${wrong.size} 条，簿只有 ${seen.size} 条：末尾被删，或放回了旧的副本`,
    `${en} has ${wrong.size} facts and the book ${seen.size}: the newest were deleted, or an older copy was put back`)
    : bad(`前 ${wrong.size} 条与${zh}不符：历史被改写。请运行 verify`, `the first ${wrong.size} facts are not what ${en} says: history was rewritten. Run verify`)
}
const verified: Check = ({ verified: last, book: seen }, nowMs) => {
  if (!last) return warn('从未全簿核验：请运行 mingjian verify', 'the whole book has never been verified: run mingjian verify')
  const days = Math.floor((nowMs - Date.parse(last.at)) / dayMs), behind = (seen?.size ?? last.size) - last.size
  return days > 7 ? warn(`上次全簿核验在 ${days} 天前，其后新增 ${behind} 条：请运行 mingjian verify`, `the whole book was last verified ${days} days ago, ${behind} facts since: run mingjian verify`)
    : ok(`上次全簿核验：${last.at}，其后新增 ${behind} 条`, `the whole book was last verified at ${last.at}, ${behind} facts since`)
}
const rows: Check = ({ rows: seen, book: of, serving }) => {
  const size = of?.size ?? 0, behind = seen.filter(({ position }) => size - position > 1_000)
  if (seen.length === 0) return warn('还没有查询用的行：启动服务时建立', 'there are no rows to ask yet: they are built when the house is served')
  if (behind.length === 0) return ok(`${seen.length} 个集合都已跟上`, `all ${seen.length} collections have caught up`)
  const worst = behind.reduce((a, b) => a.position < b.position ? a : b)
  return warn(`落后：${few(behind.map(({ name }) => name))}，最远差 ${size - worst.position} 条${serving ? '；若不缩小，请运行 rebuild' : '；启动服务即会跟上'}`,
    `behind: ${few(behind.map(({ name }) => name))}, by up to ${size - worst.position} facts; ${serving ? 'run rebuild where that does not shrink' : 'serving brings them up'}`)
}
const witnesses: Check = ({ witness: { configured, threshold, seconds } }, nowMs) => {
  const enough = seconds[threshold - 1], at = enough === undefined ? undefined : new Date(enough * 1000).toISOString(), { state } = witnessState({ configured,
    since: at ?? new Date(0).toISOString() }, at, nowMs)
  if (state === 'not-witnessed') return warn('没有见证人：掌盘的人改写全簿，无人能证明。请在别处运行 mingjian witness 并配置 witnesses.json',
    'no witness: whoever owns the disk can rewrite all of it unseen. Run mingjian witness elsewhere and name it in witnesses.json')
  const said = at === undefined ? ['从未见证', 'never witnessed'] : [`末次见证 ${at}`, `last witnessed at ${at}`]
  if (state === 'refusing') return bad(`${configured} 个见证人，须 ${threshold} 个；${said[0]}，已超过一天：监察写入暂停。请恢复见证人`,
    `${configured} witnesses, ${threshold} needed; ${said[1]}, more than a day: supervision by people waits. Bring the witnesses back`)
  return state === 'overdue' ? warn(`${configured} 个见证人，须 ${threshold} 个；${said[0]}，已逾期`, `${configured} witnesses, ${threshold} needed; ${said[1]}: overdue`)
    : ok(`${configured} 个见证人，须 ${threshold} 个；${said[0]}`, `${configured} witnesses, ${threshold} needed; ${said[1]}`)
}
const signer: Check = ({ signer: of }) => of === undefined
  ? warn('树头由服务进程自签：运行它的人什么都能签。可用另一账户运行 mingjian sign 并以 --signer 说明',
    'the serving process signs the heads itself: whoever runs it could sign anything. Run mingjian sign as another account and say --signer')
  : of.there ? ok(`树头由另一账户签（${of.socket}）`, `another account signs the heads (${of.socket})`)
    : bad(`签名人不在（${of.socket}）：树头签不出来。请启动 mingjian sign`, `the signer is not there (${of.socket}): no head is signed. Start mingjian sign`)

const administrators = { 'system-admin': '系统管理员', 'security-admin': '安全管理员', auditor: '审计员' } as const
const setUp: Check = ({ people }) => {
  const rolesOf = (person: Record<string, unknown>) => (person['roles'] as string[] | undefined ?? []), names = Object.keys(administrators) as (keyof typeof administrators)[]
  const held = names.filter((role) => people.some((person) => rolesOf(person).includes(role))), missing = names.filter((role) => !held.includes(role))
  const mixed = people.filter((person) => rolesOf(person).length > 1 && rolesOf(person).some((role) => (names as string[]).includes(role))).map(({ person }) => String(person))
  if (held.length === 0) return warn('尚未初始设置：没有管理员，没有人能登录。启动服务，按控制台的一次性口令设置',
    'not set up: there is no administrator and nobody can sign in. Serve it and follow the one-time code on the console')
  if (mixed.length > 0) return bad(`管理员兼任他职：${few(mixed)}。请收回其一`, `an administrator holds another role too: ${few(mixed)}. Withdraw one of them`)
  return missing.length === 0 ? ok('三员齐备，互不兼任', 'the three administrators are there, each apart')
    : bad(`无人担任：${missing.map((role) => administrators[role]).join('、')}。请由安全管理员授予`, `nobody is ${missing.join(', ')}: the security administrator grants it`)
}
const secretly = /SECRET|TOKEN|PASSWO?R?D|PRIVATE_?KEY|API_?KEY|CREDENTIAL/i
const environment: Check = ({ serving, self }) => {
  const { environment: entries } = serving ?? self, secrets = entries.filter((entry) => secretly.test(entry.split('=')[0]!) && !/^[^=]*=$/.test(entry)).map((entry) => entry.split('=')[0]!)
  if (entries.some((entry) => /^NODE_TLS_REJECT_UNAUTHORIZED=0/.test(entry))) return bad('NODE_TLS_REJECT_UNAUTHORIZED=0：不验证书，请去掉',
    'NODE_TLS_REJECT_UNAUTHORIZED=0: certificates are not looked at; take it out')
  if (entries.some((entry) => /^NODE_OPTIONS=.*--inspect/.test(entry))) return bad('NODE_OPTIONS 打开了调试口，任何本机程序可接管：请去掉',
    'NODE_OPTIONS opens the debugger: any program of this machine could take over; take it out')
  return secrets.length === 0 ? ok('环境里没有像密钥的变量', 'nothing in the environment looks like a secret')
    : warn(`环境里像是有密钥：${few(secrets)}。平台不用它们，子进程与转储会带走`, `the environment seems to hold secrets: ${few(secrets)}. The platform needs none, and children and dumps carry them off`)
}
const dumps: Check = ({ serving, self }) => {
  const { umask, coreBytes } = serving ?? self
  if (umask !== undefined && (umask & 0o077) !== 0o077) return bad(`服务进程的 umask 是 ${octal(umask)}：请用 0077`, `the umask of the serving process is ${octal(umask)}: use 0077`)
  if (coreBytes === undefined) return ok('本系统不显示转储上限', 'this system does not show the limit of core dumps')
  return coreBytes === '0' ? ok('不留转储', 'no core dumps') : warn(`允许转储（${coreBytes}）：内存里的钥匙会落盘。请 ulimit -c 0`,
    `core dumps are allowed (${coreBytes}): keys in memory would reach the disk. Set ulimit -c 0`)
}
const address: Check = ({ serving }) => {
  if (!serving) return ok('此刻没有进程在服务', 'nobody serves it at the moment')
  const outside = serving.listening.filter((at) => !/^(127\.|\[::1\])/.test(at))
  return outside.length === 0 ? ok(`进程 ${serving.pid}，只在本机地址：${serving.listening.join('、') || '无'}`,
    `process ${serving.pid}, on this machine's own address only: ${serving.listening.join(', ') || 'none'}`)
    : bad(`进程 ${serving.pid} 在网络上明文服务：${few(outside)}。请只听本机，由反向代理加 TLS`,
      `process ${serving.pid} serves the network in the clear: ${few(outside)}. Listen on this machine alone, behind a proxy with TLS`)
}
const runtime: Check = ({ node }) => {
  const [major = 0, minor = 0] = node.slice(1).split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) return bad(`Node ${node}：须 20.19 以上`, `Node ${node}: 20.19 or later is needed`)
  return major % 2 === 1 ? warn(`Node ${node} 不是长期支持版`, `Node ${node} is not a long-term release`) : ok(`Node ${node}`, `Node ${node}`)
}
const checks: Readonly<Record<string, Check>> = { book, verified, clock, permissions, owner, keys, disk, rows, witnesses, signer, 'set-up': setUp, environment, dumps, address,
  node: runtime }

/** 体检 — every check over what was seen; by what was seen and the time alone. */
export const diagnose = (seen: Looked, nowMs: number): readonly Line[] => Object.entries(checks).flatMap(([check, look]) => {
  const found = look(seen, nowMs)
  return (Array.isArray(found) ? found as readonly Omit<Line, 'check'>[] : [found as Omit<Line, 'check'>]).map((line) => ({ check, ...line }))
})

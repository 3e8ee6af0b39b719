import { createHmac } from 'node:crypto'

/** Whoever has just been served: where, and what its console says. */
type AtTheDoor = { url: string; stderr(): string }
export type Administrator = 'system' | 'security' | 'audit'
type Given = { department?: string; hall?: string; post?: string; name?: string }
type Granted = { scope: string; of?: string }

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
let counted = 0

/** RFC 6238 by another road than the house's: the secret in bits, the counter in hex. */
export function codeOf(secret: string, ms = Date.now(), later = 0): string {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const mac = createHmac('sha1', key).update(Buffer.from((Math.floor(ms / 30_000) + later).toString(16).padStart(16, '0'), 'hex')).digest('hex')
  const at = Number.parseInt(mac.at(-1)!, 16) * 2
  return String(Number(BigInt(`0x${mac.slice(at, at + 8)}`) & 0x7fffffffn) % 1_000_000).padStart(6, '0')
}

export const cookieIn = (answer: Response) => /mingjian-session=[\w-]{43}/.exec(answer.headers.get('set-cookie') ?? '')?.[0]
export const send = (url: string, path: string, body: object, cookie?: string, method = 'POST') => fetch(url + path, { method, body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `t-${process.pid}-${counted++}`, ...(cookie && { Cookie: cookie }) } })
async function done(answer: Promise<Response>): Promise<any> {
  const response = await answer, text = await response.text()
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`)
  return text === '' ? {} : JSON.parse(text)
}

/** Until the console has said the code of the first set-up. */
export async function setUpCode({ stderr }: Pick<AtTheDoor, 'stderr'>): Promise<string> {
  for (let tries = 0; tries < 400; tries++) {
    const code = /one-time code：([A-Z2-7-]+)/.exec(stderr())?.[1]
    if (code) return code
    await pause(25)
  }
  throw new Error(`no set-up code on the console: ${stderr()}`)
}

/** Password first; whoever has no second factor yet gets one, and is in. */
export async function firstSignIn(url: string, person: string, password: string, ms = Date.now()): Promise<{ cookie: string; secret: string }> {
  const answer = await send(url, '/api/sign-in', { person, password }), said = await answer.clone().json() as { second?: string }, pending = cookieIn(answer)
  if (said.second !== 'to-be-set' || !pending) throw new Error(`${person} signs in: ${answer.status} ${JSON.stringify(said)}`)
  const { secret } = await done(send(url, '/api/me/totp', {}, pending)) as { secret: string }
  const confirmed = await send(url, '/api/me/totp', { code: codeOf(secret, ms) }, pending)
  const cookie = cookieIn(confirmed)
  if (!cookie) throw new Error(`${person} sets a second factor: ${confirmed.status} ${await confirmed.text()}`)
  return { cookie, secret }
}

/** Where a role reaches in these tests, if nothing else is said. */
const reachOf = (role: string, { department, hall }: Required<Pick<Given, 'department' | 'hall'>>): Granted =>
  role === 'handler' ? { scope: 'own' } : ['section-head', 'leader'].includes(role) ? { scope: 'department', of: department }
    : ['window-clerk', 'hall-manager', 'hall-monitor'].includes(role) ? { scope: 'hall', of: hall } : { scope: 'region' }

/** A real book with its three administrators, and a cookie for whomever a test needs: enrolled by one administrator, granted by the other, activated, with a
    second factor, and — where they look into others' matters — with a purpose. All of it by the road that people take. */
export async function founded(served: AtTheDoor | { url: string; code: string }, now: () => number = Date.now) {
  const code = 'code' in served ? served.code : await setUpCode(served)
  let { url } = served
  const passwords: Record<Administrator, string> = { system: 'sesame-opens-one', security: 'sesame-opens-two', audit: 'sesame-opens-three' }
  const administrators = Object.fromEntries(Object.entries(passwords).map(([kind, password]) => [kind, { person: `adm-${kind}`, name: { system: '系统', security: '安全', audit: '审计' }[kind]!, password }]))
  await done(send(url, '/api/setup', { code, name: '某县政务服务监察平台', region: '422822', administrators }))
  const signedIn = new Map<string, Promise<{ cookie: string; secret: string }>>()
  const once = (key: string, make: () => Promise<{ cookie: string; secret: string }>) => {
    const found = signedIn.get(key) ?? make()
    signedIn.set(key, found)
    return found
  }
  const administrator = async (kind: Administrator) => (await once(kind, () => firstSignIn(url, `adm-${kind}`, passwords[kind], now()))).cookie
  const say = async (kind: Administrator, path: string, body: object) => {
    const answer = await send(url, path, body, await administrator(kind))
    if (answer.status !== 401) return done(Promise.resolve(answer))
    // Their session is over: they sign in anew.
    const { secret } = await signedIn.get(kind)!, again = await send(url, '/api/sign-in', { person: `adm-${kind}`, password: passwords[kind], totp: codeOf(secret, now()) })
    signedIn.set(kind, Promise.resolve({ secret, cookie: cookieIn(again)! }))
    return done(send(url, path, body, cookieIn(again)))
  }

  /** A code for who has no second factor yet: in two parts, by two hands. */
  async function activation(person: string): Promise<string> {
    const first = await say('system', `/api/people/${person}/activation`, {}) as { code: string }, second = await say('security', `/api/people/${person}/activation/second`, {}) as { code: string }
    return `${first.code} ${second.code}`
  }
  /** Somebody of the house, with these roles. */
  async function enrol(person: string, roles: readonly string[], { department = '市场监管局', hall = 'H-1', post = '科员', name = `某${person}` }: Given = {}, reach?: Granted) {
    const password = `long enough for ${counted++}x`
    await say('system', `/api/identity/${person}/enrol-person`, { name, department, post, hall })
    for (const role of roles) await say('security', `/api/identity/${person}/grant-role`, { role, ...(reach ?? reachOf(role, { department, hall })), basis: '任命文件' })
    await done(send(url, '/api/activate', { person, code: await activation(person), password }))
    return { person, password, ...await firstSignIn(url, person, password, now()) }
  }
  const looks = (role: string) => ['inspector', 'hall-monitor', 'auditor'].includes(role)
  const withPurpose = async (cookie: string) => { await done(send(url, '/api/me/purpose', { text: '例行检查' }, cookie)); return cookie }
  return {
    url, passwords, administrator, say, enrol, activation,
    /** The house was opened again elsewhere. */
    reopened(at: string) { url = at },
    /** Of somebody in this role, the same one each time; `given` makes another. */
    async cookieFor(role: string, given: Given = {}): Promise<string> {
      const administering = ({ 'system-admin': 'system', 'security-admin': 'security', auditor: 'audit' } as Record<string, Administrator>)[role]
      if (administering) return looks(role) ? withPurpose(await administrator(administering)) : administrator(administering)
      const { cookie } = await once(`${role} ${JSON.stringify(given)}`, async () => {
        const made = await enrol(`t-${role}-${counted++}`, [role], { ...(role === 'inspector' && { department: '监察室' }), ...given })
        return { secret: made.secret, cookie: looks(role) ? await withPurpose(made.cookie) : made.cookie }
      })
      return cookie
    },
  }
}
export type FoundedHouse = Awaited<ReturnType<typeof founded>>

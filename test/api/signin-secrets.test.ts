import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { filesBelow, filesWith, serving, workplace, type Served } from '../cli/mingjian.ts'
import { codeOf, cookieIn, founded, send, setUpCode } from '../signed-in.ts'

const place = workplace()
let served: Served | undefined
afterAll(() => { served?.child.kill('SIGKILL'); place.clear() })

it('no password, code, secret or token stands in a file, on the console or in an answer that went wrong, whatever was done with it', async () => {
  const dir = place.dir()
  served = await serving('serve', dir)
  let out = ''
  served.child.stdout!.on('data', (chunk) => { out += String(chunk) })
  const { url } = served, setUp = await setUpCode(served), planted = new Set<string>(), answers: string[] = []
  const plant = (secret: string) => { planted.add(secret); return secret }
  const say = async (path: string, body: object, cookie?: string) => { const answer = await send(url, path, body, cookie); answers.push(`${answer.status} ${await answer.clone().text()}`); return answer }

  await say('/api/setup', { code: plant('WRONG-SETUP-CODE-PLANTED'), name: 'x', region: '422822', administrators: {} })
  await say('/api/setup', { code: plant('WRONG-SETUP-CODE-TWO'), name: 'x', region: '422822',
    administrators: Object.fromEntries(['system', 'security', 'audit'].map((kind) => [kind, { person: `x-${kind}`, name: '某', password: plant(`planted-${kind}-never-set`) }])) })
  const house = await founded(served)
  for (const password of Object.values(house.passwords)) plant(password)
  plant(setUp)
  const { person, password, secret, cookie } = await house.enrol('s-planted', ['inspector'])
  plant(password)
  plant(secret)
  plant(cookie.slice('mingjian-session='.length))
  // Everything that can go wrong, with something in it that nobody may find again.
  await say('/api/sign-in', { person, password: plant('planted-wrong-password') })
  await say('/api/sign-in', { person: 'nobody', password: plant('planted-of-nobody') })
  await say('/api/sign-in', { person, password: plant('planted-with-a-field-too-many'), extra: plant('planted-extra') })
  await say('/api/sign-in', { person, password: { nested: plant('planted-nested') } })
  await say('/api/sign-in', { person, password: plant(`planted-${'long'.repeat(200)}`) })
  await say('/api/sign-in', { person, password: `${plant('planted-with-control')}\u0007` })
  await fetch(`${url}/api/sign-in`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: `{"person":"x","password":"${plant('planted-broken-json')}"` })
  await fetch(`${url}/api/sign-in`, { method: 'POST', headers: { 'Content-Type': 'application/xml' }, body: plant('planted-as-xml') })
  await say('/api/me/password', { password, next: plant('planted-2') }, cookie)
  const changed = cookieIn(await say('/api/me/password', { password, next: plant('planted next password') }, cookie))!
  plant(changed.slice('mingjian-session='.length))
  await say('/api/me/password', { password: plant('planted not the current'), next: 'a long enough one' }, changed)
  const { code } = await (await send(url, `/api/people/${person}/activation`, {}, await house.cookieFor('system-admin'))).json() as { code: string }
  plant(code)
  plant(code.replaceAll('-', ''))
  await say('/api/activate', { person, code: plant('PLANTED-WRONG-ACTIVATION'), password: plant('planted never activated') })
  await say('/api/activate', { person, code, password: plant('planted after activation') })
  await say('/api/sign-in', { person, password: 'planted after activation', totp: codeOf(secret, Date.now(), 5) })
  const { applicant } = await (await say('/api/applicants', { name: plant('钱多多多'), number: plant('11010519491231002X'), phone: plant('13987654321'), password: plant('planted of an applicant') })).json() as { applicant: string }
  await say('/api/sign-in', { person: applicant, password: 'planted of an applicant' })
  await say('/api/sign-out', {}, changed)
  await served.stop()

  expect(planted.size).toBeGreaterThan(25)
  const console = `${served.stderr()}${out}`
  for (const secret of planted) {
    expect(filesWith(dir, secret), `files with ${secret}`).toStrictEqual([])
    if (secret !== setUp) expect(console, `the console with ${secret}`).not.toContain(secret)
    for (const answer of answers) expect(answer, secret).not.toContain(secret)
  }
  expect(console.split(setUp).length - 1, 'the set-up code stands on the console once').toBe(1)
  // A search that finds nothing anywhere would find these.
  expect(filesWith(dir, 's-planted').length).toBeGreaterThan(0)
  for (const file of filesBelow(join(dir, 'keys'))) expect(statSync(file).mode & 0o077, file).toBe(0)
}, 180_000)

it('a real book has the name and region of its set-up, also when it is opened again, and nobody is in from before', async () => {
  const dir = place.dir(), first = served = await serving('serve', dir), house = await founded(first)
  const named = async ({ url }: Served) => { const { name, region } = await (await fetch(`${url}/api/house`)).json() as { name: string; region: string }; return `${name} ${region}` }
  expect(await named(first)).toBe('某县政务服务监察平台 422822')
  const cookie = await house.cookieFor('system-admin')
  expect((await fetch(`${first.url}/api/me`, { headers: { cookie } })).status).toBe(200)
  await first.stop()
  const second = served = await serving('serve', dir)
  expect(await named(second)).toBe('某县政务服务监察平台 422822')
  expect(await (await fetch(`${second.url}/api/setup`)).json()).toStrictEqual({ wanted: false })
  expect((await fetch(`${second.url}/api/me`, { headers: { cookie } })).status).toBe(401)
  expect(second.stderr()).not.toMatch(/one-time code/)
}, 180_000)

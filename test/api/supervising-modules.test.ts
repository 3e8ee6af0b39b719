import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { judgeAll } from '../../api/judging-all.ts'
import { loadModules } from '../../api/modules.ts'
import { told, run, workplace } from '../cli/mingjian.ts'
import { at, day, openSupervisedHouse } from './supervised-house.ts'
import { heInspector } from '../kernel/spec.ts'

const place = workplace()
afterAll(place.clear)
let made = 0
/** A folder of modules: each a name and the text of its index.js. */
function folder(modules: Record<string, string | undefined>): string {
  const dir = join(place.root, `modules-${made++}`)
  mkdirSync(dir)
  for (const [name, text] of Object.entries(modules)) {
    mkdirSync(join(dir, name))
    writeFileSync(join(dir, name, 'package.json'), '{"type":"module"}')
    if (text !== undefined) writeFileSync(join(dir, name, 'index.js'), text)
  }
  return dir
}
const rule = (more = '') => `{ id: 'M-01', zh: '受理后三日未动', en: 'Idle for days', severity: 'YELLOW', clause: '县办法第三条', params: { idleWorkingDays: 3 },
  bounds: { idleWorkingDays: { from: 1, to: 30, whole: true } }, inputs: ['CaseAccepted'], formula: { zh: '受理后未动', en: 'nothing done' }, tells: ['handler'], deduction: { YELLOW: 1 },
  foresee: (timeline, { calendar }, { idleWorkingDays }) => timeline.acceptedAt && !timeline.deeds.some(({ type }) => type === 'HandlingCompleted')
    ? [{ clock: 'idle', becameTrueAt: calendar.closeOf(calendar.addWorkingDays(calendar.dayOf(timeline.acceptedAt), idleWorkingDays)) }] : [], ${more} }`
const module = (body: string) => `export default { name: 'county-rules', ${body} }\n`
const good = () => folder({ county: module(`rules: [${rule()}]`) })

describe('模块', () => {
  it('is loaded by its folder; whatever it says, its rules are of version 0', async () => {
    const [loaded, ...others] = await loadModules(folder({ county: module(`rules: [${rule('version: 7')}]`) }))
    expect(others).toStrictEqual([])
    expect(loaded).toMatchObject({ name: 'county-rules', rules: [{ id: 'M-01', version: 0, escalates: false }], patterns: [] })
  })
  it('no folder, or an empty one, is no module', async () => {
    expect(await loadModules(join(place.root, 'nowhere'))).toStrictEqual([])
    expect(await loadModules(folder({}))).toStrictEqual([])
  })
  it.each<[string, string | undefined, RegExp]>([
    ['没有 index.js', undefined, /index\.js/], ['读不进来', 'export default {', /./], ['没有 default', 'export const x = 1', /default/], ['名字不合', `export default { name: 'A b', rules: [] }`, /name/],
    ['多余的字段', `export default { name: 'a', rule: [] }`, /rule/], ['没有 foresee', module(`rules: [${rule().replace('foresee:', 'forsee:')}]`), /rules\.0\.foresee/],
    ['级别不合', module(`rules: [${rule().replace("'YELLOW', clause", "'PINK', clause")}]`), /rules\.0\.severity/], ['参数没有界限', module(`rules: [${rule().replace('bounds: { idleWorkingDays', 'bounds: { other')}]`), /bounds/],
    ['参数超出界限', module(`rules: [${rule().replace('params: { idleWorkingDays: 3 }', 'params: { idleWorkingDays: 99 }')}]`), /bounds/],
    ['占用平台的编号', module(`rules: [${rule().replace('M-01', 'R-02')}]`), /R-02/],
  ])('%s is said in both languages, with the folder', async (_, text, where) => {
    const dir = folder({ bad: text })
    const failed = await loadModules(dir).then(() => undefined, (error: { problem: { status: number; code: string; title: string; en: string } }) => error.problem)
    expect(failed).toMatchObject({ status: 422, code: 'bad-module', title: expect.stringMatching(/模块.*不能用/), en: expect.stringMatching(where) })
    expect(failed!.en).toContain(join(dir, 'bad'))
  })
  it('two modules do not share a rule, nor a name', async () => {
    const text = module(`rules: [${rule()}]`)
    await expect(loadModules(folder({ a: text, b: text.replace('county-rules', 'other') }))).rejects.toMatchObject({ problem: { code: 'bad-module', rule: 'M-01' } })
    await expect(loadModules(folder({ a: text, b: text.replace('M-01', 'M-02') }))).rejects.toMatchObject({ problem: { code: 'bad-module', field: 'name' } })
  })

  it('shows what it would find, deals nothing, and deals once two inspectors have published it, to what is opened from that day on', { timeout: 60_000 }, async () => {
    const house = await openSupervisedHouse({ start: at('2026-09-01', '08:00'), modules: await loadModules(good()), item: { promisedWorkingDays: 15 } })
    try {
      const judge = await house.judge(), cards = async () => { await judge.sweep(); return (await house.cards()).filter(({ ruleId }) => ruleId === 'M-01').map(({ subject, cardId }) => `${subject} ${cardId}`) }
      house.set(at('2026-09-01'))
      await house.submit('M-1')
      await house.accept('M-1')
      house.set(at('2026-09-07'))
      expect(await cards()).toStrictEqual([])
      const tried = (await judgeAll(house.rooms, house.now())).rules.find(({ ruleId }) => ruleId === 'M-01')
      expect(tried).toMatchObject({ findings: 0, shadow: 1, subjects: 1, module: 'county-rules' })

      const version = { version: 1, params: { idleWorkingDays: 2 }, effectiveFrom: day('2026-09-08'), legalBasis: '县办法第三条', mode: 'live' }
      await house.ofCard('M-01', 'ProposeRule', version)
      await house.ofCard('M-01', 'PublishRule', version, { ...heInspector, person: 'p-006' })
      await judge.again()
      house.set(at('2026-09-08'))
      await house.submit('M-2')
      await house.accept('M-2')
      house.set(at('2026-09-10', '17:30'))
      expect(await cards()).toStrictEqual([`cases.M-2 M-01/idle/${at('2026-09-10', '17:30')}`])
      judge.stop()
    } finally { await house.close() }
  })
  it('a rule that breaks over one case is told of, and nobody else goes unjudged, nor that case by the house’s own rules', { timeout: 60_000 }, async () => {
    const [sound] = await loadModules(good()) as [Awaited<ReturnType<typeof loadModules>>[number]]
    let broken = false
    const breaking = { ...sound, rules: sound.rules.map((rule): typeof rule => ({ ...rule, foresee(timeline, ...more) {
      if (broken && timeline.subject === 'cases.M-1') throw new Error('broken here')
      return rule.foresee(timeline, ...more)
    } })) }
    const house = await openSupervisedHouse({ start: at('2026-09-01', '08:00'), modules: [breaking], item: { promisedWorkingDays: 5 } })
    try {
      const version = { version: 1, params: {}, effectiveFrom: day('2026-09-01'), legalBasis: '县办法第三条', mode: 'live' }
      await house.ofCard('M-01', 'ProposeRule', version)
      await house.ofCard('M-01', 'PublishRule', version, { ...heInspector, person: 'p-006' })
      house.set(at('2026-09-01'))
      for (const id of ['M-1', 'M-2']) { await house.submit(id); await house.accept(id) }
      const errors: unknown[] = [], judge = await house.judge(true, (error) => { errors.push(error) })
      house.set(at('2026-09-04', '17:30'))
      await judge.sweep()
      expect(errors).toStrictEqual([])
      broken = true
      house.set(at('2026-09-09', '17:30'))
      await judge.sweep()
      await judge.again()
      expect(errors.map((error) => (error as Error).message)).toContain('broken here')
      const cards = (await house.cards()).filter(({ ruleId }) => ['M-01', 'R-02'].includes(ruleId)).map(({ subject, ruleId, standing }) => `${subject} ${ruleId} ${standing}`)
      expect(cards.sort()).toStrictEqual(['cases.M-1 M-01 true', 'cases.M-1 R-02 true', 'cases.M-2 M-01 true', 'cases.M-2 R-02 true'])
      expect(judge.index.get('cases.M-1')).toMatchObject({ dueOn: '2026-09-08' })
      judge.stop()
    } finally { await house.close() }
  })
  it('a rule that is no longer brought leaves its cards as they are', { timeout: 60_000 }, async () => {
    const modules = await loadModules(good()), house = await openSupervisedHouse({ start: at('2026-09-01', '08:00'), modules, item: { promisedWorkingDays: 15 } })
    try {
      const version = { version: 1, params: {}, effectiveFrom: day('2026-09-01'), legalBasis: '县办法第三条', mode: 'live' }
      await house.ofCard('M-01', 'ProposeRule', version)
      await house.ofCard('M-01', 'PublishRule', version, { ...heInspector, person: 'p-006' })
      house.set(at('2026-09-01'))
      await house.submit('M-1')
      await house.accept('M-1')
      house.set(at('2026-09-07'))
      ;(await house.judge()).stop()
      const [card] = (await house.cards()).filter(({ ruleId }) => ruleId === 'M-01')
      expect(card).toMatchObject({ standing: true, severity: 'YELLOW' })
      Object.assign(house.rooms, { modules: [] })
      ;(await house.judge()).stop()
      expect((await house.cards()).find(({ ruleId }) => ruleId === 'M-01')).toStrictEqual(card)
    } finally { await house.close() }
  })

  it('over the command line: judged beside those that ship, and what is wrong with it ends the command', { timeout: 60_000 }, async () => {
    const data = place.dir(), csv = place.file('m.csv', 'no,what,when,task\nA1,look,2024-05-06 09:00,1\n')
    const profile = place.file('m.json', JSON.stringify({ source: 'm', hall: { id: 'm', zone: 'Asia/Shanghai' }, times: ['yyyy-MM-dd HH:mm'],
      case: { number: 'no', itemCode: { fixed: 'permit' }, department: { fixed: '规划科' }, channel: { fixed: 'window' } }, event: { activity: 'what', at: 'when', key: ['task'] } }))
    await told('import', csv, '--profile', profile, '--data', data)
    const { rules } = await told('judge', '--modules', good(), '--data', data)
    expect(rules.find(({ ruleId }: { ruleId: string }) => ruleId === 'M-01')).toMatchObject({ module: 'county-rules', findings: 0 })
    expect((await told('judge', '--data', data)).rules.some(({ ruleId }: { ruleId: string }) => ruleId === 'M-01')).toBe(false)
    for (const args of [['--modules', folder({ bad: undefined })], ['--modules', join(place.root, 'nowhere')], ['--modules', good(), '--issue']]) {
      const said = await run('judge', ...args, '--data', data, '--json')
      expect([args.at(-1), said.code]).toStrictEqual([args.at(-1), 2])
    }
  })
})

import { diagnose, type Line, type Looked } from '../doctor.ts'
import type { Verb } from './verb.ts'

const signs = { ok: '好', warn: '注意', bad: '不好' }
/** 体检; `further`: what a root has looked at besides. */
export const doctorVerb = (look: (dir: string) => Promise<Looked>, further: (seen: Looked) => readonly Line[]): Verb => ({
  name: 'doctor', usage: 'doctor', zh: '体检：权限、钥匙、时钟、空间、事件簿、见证、三员、环境、录像；只读，服务不必停', positional: [], options: {}, files: true,
  en: 'Check permissions, keys, clock, room, book, witnesses, administrators, environment, footage; reads only, beside whoever serves',
  async run({ dir }) {
    const seen = await look(dir), lines = [...diagnose(seen, Date.now()), ...further(seen)]
    const worst = lines.some(({ state }) => state === 'bad') ? 'bad' : lines.some(({ state }) => state === 'warn') ? 'warn' : 'ok'
    return { json: { state: worst, lines }, exitCode: worst === 'bad' ? 1 : 0,
      text: lines.map(({ check, state, zh, en }) => `${signs[state]}  ${check}：${zh}\n      ${state}: ${en}`).join('\n') }
  },
})

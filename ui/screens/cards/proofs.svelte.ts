import { onDestroy } from 'svelte'
import { isProblem } from '../../client.ts'
import { asks } from './asks.ts'

/** `seen`: how many witnesses have answered for a head; `witnessedTo`: the largest of them. */
type Heads = { size: number; witnessedTo: number; seen: number; configured: number; state: 'witnessed' | 'signed' | 'broken' }
export type ProofState = 'witnessed' | 'signed' | 'pending' | 'broken'
const againMs = 20_000
let heads = $state.raw<Heads>(), watching = 0, timer: ReturnType<typeof setInterval> | undefined

async function readHeads() {
  const answer = await asks.transparency()
  if (isProblem(answer)) return
  const witnessedTo = Math.max(0, ...answer.witnesses.map(({ size = 0 }) => size))
  heads = { size: answer.size, witnessedTo, seen: answer.witnesses.filter(({ size }) => size !== undefined).length, configured: answer.configured,
    state: answer.refused !== undefined || answer.state === 'refusing' ? 'broken' : witnessedTo > 0 ? 'witnessed' : 'signed' }
}
/** 锚定 — how far the book is under signed and witnessed heads; read again while somebody looks. */
export function proofs() {
  if (watching++ === 0) { void readHeads(); timer = setInterval(() => { if (!document.hidden) void readHeads() }, againMs) }
  onDestroy(() => { if (--watching === 0) clearInterval(timer) })
  return {
    get view() { return heads },
    of: (position: number): ProofState | undefined => !heads ? undefined : heads.state === 'broken' ? 'broken' : position <= heads.witnessedTo ? 'witnessed' : position <= heads.size ? 'signed' : 'pending',
  }
}

import { client, isProblem } from './client.ts'

const name = 'mingjian.renewed', onceInMs = 60_000
/** Why a screen did not come: there is no line, or there is a newer build in which it has another name. */
export async function whyNot(): Promise<'offline' | 'renewed'> {
  return isProblem(await client.house()) ? 'offline' : 'renewed'
}
/** Opens the page anew, once: where that does not help, somebody has to press. */
export function renew(): void {
  try {
    const before = Number(sessionStorage.getItem(name) ?? 0)
    if (Date.now() - before < onceInMs) return
    sessionStorage.setItem(name, String(Date.now()))
  } catch { return }
  setTimeout(() => location.reload(), 600)
}

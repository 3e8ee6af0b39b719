import { createServer } from 'node:http'
import { existsSync, readFileSync, appendFileSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { takePen } from '../book/store.ts'
import { readIfThere, writeDurably } from './files.ts'
import { checkpointIn, fromBase64, noteIn, verifierFrom } from './note.ts'
import { rootOver } from './proof.ts'
import { textOf } from './socket.ts'
import { openWitness, type Witness } from './witness.ts'

type Watch = { url: string; dir: string; key?: string | undefined; name?: string | undefined; port?: number | undefined; host?: string | undefined
  everyMs: number; hashes: boolean; say(line: string): void }
const answerMs = 15_000, tileHashes = 256, hashBytes = 32

async function got(url: string): Promise<Response> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(answerMs) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return answer
}
/** The log's key: as it was said, or as it was at the first meeting; another one is another log. */
async function logKey({ url, dir, key, say }: Watch) {
  const path = join(dir, 'log.vkey'), pinned = readIfThere(path)?.trim()
  if (pinned !== undefined && key !== undefined && key !== pinned) throw new Error(`${path}: 已认定另一把公钥 / another key was pinned here`)
  const vkey = pinned ?? key ?? ((await (await got(`${url}/api/transparency`)).json()) as { vkey: string }).vkey
  const log = verifierFrom(vkey)
  if (log?.kind !== 'log') throw new Error(`不是树头的公钥 / not the key of a log: ${vkey}`)
  if (pinned === undefined) {
    writeDurably(path, `${vkey}\n`)
    if (key === undefined) say(`初次见面，认定公钥 / first meeting, pinned the key: ${vkey}`)
  }
  return log
}

/** 叶摘要副本 — the hash of every leaf under the head, fetched by tiles and checked against it; by it `verify` names the very fact that was altered. */
async function mirror(url: string, dir: string, size: number, root: Buffer): Promise<boolean> {
  const path = join(dir, 'hashes')
  let kept = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  // Whole tiles never change; what stood in a partial one is fetched again with it.
  kept = kept.subarray(0, Math.floor(kept.length / (tileHashes * hashBytes)) * tileHashes * hashBytes)
  const parts = [kept]
  for (let at = kept.length / hashBytes; at < size; at += tileHashes) {
    const width = Math.min(tileHashes, size - at), digits = String(at / tileHashes).padStart(Math.ceil(String(at / tileHashes).length / 3) * 3, '0').match(/\d{3}/g)!
    const place = digits.map((three, i) => i < digits.length - 1 ? `x${three}` : three).join('/')
    parts.push(Buffer.from(await (await got(`${url}/tile/0/${place}${width < tileHashes ? `.p/${width}` : ''}`)).arrayBuffer()))
  }
  const all = Buffer.concat(parts)
  const hashes = Array.from({ length: all.length / hashBytes }, (_, i) => all.subarray(i * hashBytes, (i + 1) * hashBytes))
  if (hashes.length !== size || !rootOver(hashes).equals(root)) {
    rmSync(path, { force: true }) // what was kept may be what is wrong: all of it is fetched again
    return false
  }
  if (existsSync(path)) truncateSync(path, kept.length)
  appendFileSync(path, all.subarray(kept.length), { mode: 0o600 })
  return true
}

/** One look at the log: its newest head, the proof that it grew, and the line over it handed in. */
async function look(witness: Witness, { url, dir, hashes, say }: Watch): Promise<void> {
  const text = await (await got(`${url}/checkpoint`)).text(), head = checkpointIn(noteIn(text)?.body ?? '')
  if (!head) throw new Error(`${url}/checkpoint: 不是树头 / not a checkpoint`)
  const old = witness.size(), grown = old > 0 && head.size > old
  const { hashes: proof } = (grown ? await (await got(`${url}/api/transparency/consistency?from=${old}&to=${head.size}`)).json() : { hashes: [] }) as { hashes: string[] }
  const { status, body } = witness.add({ old: Math.min(old, head.size), proof: proof.map((hash) => fromBase64(hash, hashBytes) ?? Buffer.alloc(0)), text })
  if (status !== 200) { say(`拒绝见证 ${head.size} 条的树头（${status}）${body.trim()} / refused to witness the head of ${head.size}`); return }
  if (hashes && !await mirror(url, dir, head.size, head.root)) say(`叶摘要与树头不符 / the tiles are not those of the head of ${head.size}`)
  const handed = await fetch(`${url}/api/transparency/cosignatures`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: witness.head(),
    signal: AbortSignal.timeout(answerMs) })
  await handed.body?.cancel()
}

/** 见证 — watches one log from anywhere: fetches its heads, answers those that are sent to it (C2SP tlog-witness), or both. */
export async function startWatch(watch: Watch): Promise<{ vkey: string; port?: number; look(): Promise<void>; close(): Promise<void> }> {
  const { dir, everyMs, say } = watch
  const pen = takePen(dir)
  try {
    const witness = openWitness(dir, { log: await logKey(watch), name: watch.name, now: Date.now,
      onEvidence: (kind, size) => say(`证据已存：${size} 条的树头与已见证的不相容（${kind}） / evidence kept: the head of ${size} does not agree with what was witnessed`) })
    const server = watch.port === undefined ? undefined : createServer((incoming, outgoing) => {
      const end = (status: number, body: string, type = 'text/plain; charset=utf-8') => { outgoing.writeHead(status, { 'Content-Type': type }); outgoing.end(body) }
      if (incoming.method === 'GET' && incoming.url === '/head') return end(200, witness.head())
      if (incoming.method === 'GET' && incoming.url === '/vkey') return end(200, `${witness.vkey}\n`)
      if (incoming.method !== 'POST' || incoming.url !== '/add-checkpoint') return end(404, 'not found\n')
      textOf(incoming).then((body) => {
        const verdict = body === undefined ? { status: 400, body: 'too long\n' } : witness.addText(body)
        end(verdict.status, verdict.body, verdict.status === 409 ? 'text/x.tlog.size' : undefined)
      }).catch((error: unknown) => { say(String(error)); end(500, 'failed\n') })
    })
    if (server) await new Promise<void>((resolve, reject) => server.once('error', reject).listen(watch.port, watch.host ?? '127.0.0.1', resolve))
    let going: Promise<void> = Promise.resolve(), silent = false
    const turn = () => going = going.then(() => look(witness, watch)).then(() => { silent = false }, (error: unknown) => {
      if (!silent) say(`看不到树头 / the head cannot be seen: ${error instanceof Error ? error.message : String(error)}`)
      silent = true
    })
    const timer = everyMs > 0 ? setInterval(() => void turn(), everyMs) : undefined
    if (everyMs > 0) void turn()
    const address = server?.address()
    return {
      vkey: witness.vkey, look: turn, ...(typeof address === 'object' && address && { port: address.port }),
      async close() { clearInterval(timer); server?.closeAllConnections(); server?.close(); await going; pen.putDown() },
    }
  } catch (error) {
    pen.putDown()
    throw error
  }
}

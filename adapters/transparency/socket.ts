import { chmodSync, rmSync } from 'node:fs'
import { createServer, request, type IncomingMessage } from 'node:http'
import { fromBase64, verifierFrom } from './note.ts'
import type { Offer } from './growth.ts'
import type { Signed, Signer } from './signer.ts'

const bodyBytes = 1 << 16, answerMs = 10_000
type Asked = { old?: unknown; proof?: unknown; text?: unknown; index?: unknown; leafHash?: unknown; withinSeconds?: unknown }

export async function textOf(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) if ((bytes += chunk.length) > bodyBytes) return undefined; else chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0

function offerOf({ old, proof, text }: Asked): Offer | undefined {
  if (!isCount(old) || !Array.isArray(proof) || proof.length > 63 || typeof text !== 'string') return undefined
  const hashes = proof.map((hash) => typeof hash === 'string' ? fromBase64(hash, 32) : undefined)
  return hashes.includes(undefined) ? undefined : { old, proof: hashes as Buffer[], text }
}

/** What the other account answers over its socket: its key, its newest head, a signature, a promise. Nothing where that is not how one asks. */
async function answered(signer: Signer, path: string, body: string): Promise<object | undefined> {
  if (path === '/key') return { vkey: signer.vkey, newest: await signer.newest() }
  let asked: Asked
  try { asked = JSON.parse(body) as Asked } catch { return undefined }
  if (asked === null || typeof asked !== 'object') return undefined
  if (path === '/sign') { const offer = offerOf(asked); return offer && signer.sign(offer) }
  const leafHash = typeof asked.leafHash === 'string' ? fromBase64(asked.leafHash, 32) : undefined
  if (path !== '/promise' || !leafHash || !isCount(asked.index) || !isCount(asked.withinSeconds)) return undefined
  return { note: await signer.promise({ index: asked.index, leafHash, withinSeconds: asked.withinSeconds }) }
}

/** 签名口 — the signer's side: a socket that its own group may reach, so that house and key belong to two accounts. */
export async function serveSigner(signer: Signer, path: string): Promise<{ close(): Promise<void> }> {
  rmSync(path, { force: true }) // whoever left it is gone: the lock beside the key is ours
  const server = createServer((incoming, outgoing) => {
    const end = (status: number, said: object) => { outgoing.writeHead(status, { 'Content-Type': 'application/json' }); outgoing.end(JSON.stringify(said)) }
    textOf(incoming).then(async (body) => {
      const said = body === undefined ? undefined : await answered(signer, incoming.url ?? '', body)
      end(said ? 200 : 400, said ?? { refused: 'malformed' })
    }).catch((error: unknown) => end(500, { failed: error instanceof Error ? error.message : String(error) }))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  chmodSync(path, 0o660)
  return { async close() { const closed = new Promise((resolve) => server.close(resolve)); server.closeAllConnections(); await closed; rmSync(path, { force: true }) } }
}

/** The house's side of the same socket. */
export async function signerAt(socketPath: string): Promise<Signer> {
  const ask = <T>(path: string, said: object = {}) => new Promise<T>((resolve, reject) => {
    const outgoing = request({ socketPath, path, method: 'POST', timeout: answerMs }, (incoming) => {
      textOf(incoming).then((body) => {
        if (incoming.statusCode !== 200) throw new Error(`签名人答 ${incoming.statusCode} / the signer answered ${body}`)
        resolve(JSON.parse(body ?? '') as T)
      }).catch(reject)
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error('签名人没有回答 / the signer does not answer')))
    outgoing.on('error', reject).end(JSON.stringify(said))
  })
  const { vkey } = await ask<{ vkey: string }>('/key')
  if (verifierFrom(vkey)?.kind !== 'log') throw new Error(`${socketPath}: 不是签名人 / no signer answers there`)
  return {
    where: 'other-process', vkey,
    sign: ({ old, proof, text }) => ask<Signed>('/sign', { old, proof: proof.map((hash) => hash.toString('base64')), text }),
    promise: async ({ leafHash, ...promised }) => (await ask<{ note: string }>('/promise', { ...promised, leafHash: leafHash.toString('base64') })).note,
    newest: async () => (await ask<{ newest: string }>('/key')).newest,
  }
}

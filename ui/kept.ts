/** 存在这台电脑里 — sealed records of one kind, by person. The key never leaves the browser, and whoever deletes it has deleted all that it sealed. */
export type Kept<T> = { get(name: string): Promise<T | undefined>; put(name: string, value: T): Promise<void>; drop(name: string): Promise<void>; all(): Promise<[name: string, value: T][]>; end(): Promise<void> }

const database = 'mingjian', stores = ['keys', 'sealed'] as const
type Sealed = { iv: Uint8Array<ArrayBuffer>; text: ArrayBuffer }
const answered = <T>(request: IDBRequest<T>) => new Promise<T>((done, failed) => {
  request.onsuccess = () => done(request.result)
  request.onerror = () => failed(request.error ?? new Error(database))
})
const ended = (transaction: IDBTransaction) => new Promise<void>((done, failed) => {
  transaction.oncomplete = () => done()
  transaction.onabort = transaction.onerror = () => failed(transaction.error ?? new Error(database))
})
let opening: Promise<IDBDatabase> | undefined
function opened(): Promise<IDBDatabase> {
  return opening ??= (() => {
    const request = indexedDB.open(database, 1)
    request.onupgradeneeded = () => { for (const store of stores) request.result.createObjectStore(store) }
    return answered(request)
  })().catch((error: unknown) => { opening = undefined; throw error })
}
async function within<T>(store: typeof stores[number], mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await opened()).transaction(store, mode, { durability: 'strict' })
  const request = act(transaction.objectStore(store))
  await ended(transaction)
  return request.result
}
/** Made once; where two tabs make one at the same time, the first stands. */
async function keyOf(name: string): Promise<CryptoKey> {
  const before = await within('keys', 'readonly', (keys) => keys.get(name)) as CryptoKey | undefined
  if (before) return before
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await within('keys', 'readwrite', (keys) => keys.add(made, name)).catch(() => undefined)
  return await within('keys', 'readonly', (keys) => keys.get(name)) as CryptoKey
}

/** 封存 — records that only this browser opens, each bound to its name: one put in another's place does not open. */
export function kept<T>(kind: string, person: string): Kept<T> {
  const own = `${kind} ${person}`, at = (name: string) => `${own}\n${name}`
  let key: Promise<CryptoKey> | undefined
  const sealing = () => key ??= keyOf(own)
  const about = (name: string) => new TextEncoder().encode(at(name))
  async function plain(name: string, sealed: Sealed | undefined): Promise<T | undefined> {
    if (!sealed) return undefined
    try {
      const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv, additionalData: about(name) }, await sealing(), sealed.text)
      return JSON.parse(new TextDecoder().decode(text)) as T
    } catch { return undefined }
  }
  return {
    get: async (name) => plain(name, await within('sealed', 'readonly', (store) => store.get(at(name))) as Sealed | undefined),
    async put(name, value) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const text = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: about(name) }, await sealing(), new TextEncoder().encode(JSON.stringify(value)))
      await within('sealed', 'readwrite', (store) => store.put({ iv, text } satisfies Sealed, at(name)))
    },
    drop: async (name) => { await within('sealed', 'readwrite', (store) => store.delete(at(name))) },
    async all() {
      const names = await within('sealed', 'readonly', (store) => store.getAllKeys(IDBKeyRange.bound(`${own}\n`, `${own}\n￿`)))
      const found = await Promise.all(names.map(async (whole) => { const name = String(whole).slice(own.length + 1); return [name, await this.get(name)] as const }))
      return found.filter((one): one is [string, T] & typeof one => one[1] !== undefined)
    },
    async end() {
      key = undefined
      await within('keys', 'readwrite', (store) => store.delete(own))
      await within('sealed', 'readwrite', (store) => store.delete(IDBKeyRange.bound(`${own}\n`, `${own}\n￿`)))
    },
  }
}

/** What a query may say of one declared field: equal, one of, or between (either end may be left out; `from` and `to` are included). */
export type Condition = string | number | boolean | null | { in: readonly (string | number)[] } | { from?: string | number; to?: string | number }
export type Query = {
  where?: Readonly<Record<string, Condition>>
  /** A declared field, `-field` for the other way round; ties and the default go by key. Rows without the field come last. */
  order?: string
  /** The opaque `next` of the page before, or the place of any row in this order. */
  after?: string | Place
  /** 1 to `pageLimit`. */
  limit?: number
}
export const pageLimit = 1_000
/** Of keys that are asked for: all that there are. */
export const unbounded = 1_000_000_000
/** 位置 — where a row stands in an order: its value there (`null`: it has none) and its key. */
export type Place = { value: string | number | null; key: string }
export type Found = { key: string; row: Record<string, unknown> }
/** `end`: the place that `next` goes on behind. `looked`: so many were looked at without filling the page, and `next` goes on looking; nothing is cut off. */
export type Page = { rows: readonly Found[]; next?: string; end?: Place; looked?: number }
export type KeysPage = Pick<Page, 'end' | 'looked'> & { keys: readonly string[] }
export const keysLimit = 50_000
/** 一次看多少 — the most that one page looks at. */
export const lookLimit = 200_000
/** A row as it is after a batch; `row: undefined` where it is gone. */
export type Change = { collection: string; key: string; row: Record<string, unknown> | undefined }

/** 读侧 — named collections of rows. A field that was not declared cannot be asked for: the error names it and those that can. */
export type ReadStore = {
  collections(): readonly string[]
  get(collection: string, key: string): Promise<Record<string, unknown> | undefined>
  find(collection: string, query: Query): Promise<Page>
  /** Exact. */
  count(collection: string, where?: Query['where']): Promise<number>
  /** Keys of all that match, in no order, but no more than one beyond `upTo`. */
  keys(collection: string, where: Query['where'], upTo: number): Promise<readonly string[]>
  /** Keys of a page as `find` has it, without its rows, and so of many more at once. */
  keysInOrder(collection: string, query: Query): Promise<KeysPage>
  /** Every row by key, in batches: for exports, hashes and figures over all. */
  scan(collection: string): AsyncIterable<readonly Found[]>
  /** The position up to which a collection has been folded. */
  checkpoint(collection: string): Promise<number>
  close(): Promise<void>
}

/** 盲词 of one personal field: whose it is and in which matter, and the row that it leads to. */
export type BlindWord = { word: string; subject: string; matter: string; key: string }
/** 盲索引 — a side table of the rows, by which a sealed name is found. It can be thrown away and made again from the book, as long as the keys
    are there; whoever is forgotten leaves it. */
export type BlindIndex = {
  /** What was told up to here is in it. */
  position(): number
  put(words: readonly BlindWord[], position: number): void
  /** Keys of the rows that one of these words leads to. */
  find(words: readonly string[]): readonly string[]
  forget(subject: string, matter?: string): void
  /** Begins again from nothing. */
  clear(): void
  close(): void
}

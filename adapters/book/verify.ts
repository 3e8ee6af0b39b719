import { canonicalFast } from './canonical.ts'
import { NoBook } from './errors.ts'
import { isFactId, leafFields } from './leaf.ts'
import { emptyTree, grow, hashBytes, leafBytesHash, packed, rootOf, spans, tileLeaves, type Tree } from './merkle.ts'
import { hashColumn, leafBytes, openForReading, rows, schema, type Connection } from './store.ts'

/** 验簿 — `position`: the first that shows a fault; 0 where the fault is no one fact's. `upTo`: only a whole span is known to differ (a fact
    rewritten together with its hash): its end, and all before `position` is sound. */
export type Verified = { ok: true; size: number; root: string }
  | { ok: false; position: number; upTo?: number; what: string; en: string }
type Fault = Extract<Verified, { ok: false }>
const fault = (position: number, what: string, en: string, upTo?: number): Fault =>
  ({ ok: false, position, what, en, ...(upTo !== undefined && { upTo }) })

const batch = 2_000
const required = new Set(leafFields.filter((field) => !['occurredAt', 'precision', 'source', 'epoch'].includes(field)))
const allowed = new Set(leafFields)

/** The newest revision of each stream by its number: four bytes a stream. Streams are numbered from 1 in the order of their first facts. */
function revisionCounters() {
  let counters = new Uint32Array(1024), streams = 0
  return {
    next(stream: number): number | undefined {
      if (stream < 1 || stream > streams + 1) return undefined
      streams = Math.max(streams, stream)
      if (stream >= counters.length) {
        const more = new Uint32Array(Math.max(stream + 1, counters.length * 2))
        more.set(counters)
        counters = more
      }
      return ++counters[stream]!
    },
  }
}

type Row = [pos: number, stream: number, rev: number, id: Buffer, leaf: Buffer, hash: Buffer, name: Buffer | null]
type Text = Record<string, unknown>

/** 记入时刻 — grows with positions. Only the fact that begins an epoch of the clock lets it fall, to no less than it says, and from there on every fact
    says its epoch. */
function recordedTimes() {
  let latest = '', epoch = 0
  return (position: number, { recordedAt, stream, type, data, epoch: said }: Text): Fault | undefined => {
    if (typeof recordedAt !== 'string' || recordedAt < latest)
      return fault(position, `记入时刻倒退：${recordedAt} 在 ${latest} 之后`, `its recorded time falls: ${recordedAt} stands after ${latest}`)
    if ((said ?? 0) !== epoch || said === 0) return fault(position, `不属于时钟第 ${epoch} 纪元`, `it is not of epoch ${epoch} of the clock`)
    latest = recordedAt
    if (type !== 'ClockEpochStarted' || stream !== 'platform-clock.main') return undefined
    const begun = data as { epoch?: unknown; to?: unknown } | null
    if (begun?.epoch !== epoch + 1 || typeof begun.to !== 'string') return fault(position, '时钟纪元的编号不连续', 'it begins an epoch out of turn')
    epoch = begun.epoch
    latest = begun.to
    return undefined
  }
}

/** One fact by itself: what its text says against where it stands, and its hash against its text. */
function ofFact([pos, , rev, id, bytes, hash, name]: Row, expectedPos: number, expectedRev: number | undefined, times: ReturnType<typeof recordedTimes>): Fault | undefined {
  if (pos !== expectedPos) return fault(expectedPos, `缺第 ${expectedPos} 条`, `position ${expectedPos} is missing`)
  if (!leafBytesHash(bytes).equals(hash)) return fault(pos, '正文与哈希不符', 'its text is not what was hashed')
  const leaf = bytes.toString('utf8', 1)
  let said: Text
  try { said = JSON.parse(leaf) as Text } catch { return fault(pos, '正文不是 JSON', 'its text is not JSON') }
  if (said === null || typeof said !== 'object' || Array.isArray(said)) return fault(pos, '正文不是事实', 'its text is not a fact')
  if (canonicalFast(said) !== leaf) return fault(pos, '正文不是规范文本', 'its text is not canonical')
  for (const field of required) if (said[field] === undefined) return fault(pos, `正文缺 ${field}`, `its text lacks ${field}`)
  for (const field in said) if (!allowed.has(field)) return fault(pos, `正文多出 ${field}`, `its text has an unknown ${field}`)
  if (!isFactId(said.id) || said.id !== id.toString('hex')) return fault(pos, '事实号与正文不符', 'its id is not the one in its text')
  if (name === null || said.stream !== name.toString()) return fault(pos, '卷名与正文不符', 'its stream is not the one in its text')
  if (expectedRev === undefined) return fault(pos, '卷的编号不连续', 'its stream is numbered out of turn')
  if (said.revision !== rev) return fault(pos, '修订号与正文不符', 'its revision is not the one in its text')
  if (rev !== expectedRev)
    return fault(pos, `卷 ${said.stream} 缺第 ${expectedRev} 号修订`, `stream ${said.stream} should have revision ${expectedRev} here`)
  return times(pos, said)
}

const rewritten = (from: number, to: number): Fault =>
  fault(from, `第 ${from}–${to} 条中有被改写的事实`, `a fact among ${from}–${to} was rewritten with its hash`, to)
/** Kept hashes of whole tiles, and of the smaller subtrees at the end, say in which span a fact was rewritten with its hash. */
function ofTile(db: Connection, size: number, tile: Buffer): Fault | undefined {
  const kept = rows(db, `SELECT ${hashColumn} FROM tiles WHERE tile = ?`).get([size / tileLeaves])?.[0] as Buffer | undefined
  if (kept?.equals(tile)) return undefined
  return rewritten(size - tileLeaves + 1, size)
}

function ofHead(db: Connection, tree: Tree, recordedAt: string): Fault | undefined {
  const heads = rows(db, 'SELECT CAST(size AS INTEGER), CAST(root AS BLOB), CAST(frontier AS BLOB), CAST(at AS BLOB) FROM head')
    .all([]) as [number, Buffer, Buffer, Buffer][]
  const { size } = tree
  if (heads.length === 0 && size === 0) return undefined
  const [kept, root, frontier, at] = heads[0] ?? [0, Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)]
  const counted = [`簿头称有 ${kept} 条，实有 ${size} 条`, `the head says ${kept} facts and there are ${size}`] as const
  if (kept > size) return fault(size + 1, `${counted[0]}：末尾被删`, `${counted[1]}: the newest are missing`)
  if (kept < size) return fault(kept + 1, `${counted[0]}：末尾被添`, `${counted[1]}: some were added`)
  const bad = packed(tree).equals(frontier) ? undefined
    : spans(size).find((_, i) => !tree.nodes[i]!.equals(frontier.subarray(i * hashBytes, (i + 1) * hashBytes)))
  if (bad) return rewritten(bad.from, bad.to)
  if (!packed(tree).equals(frontier) || !rootOf(tree).equals(root)) return fault(0, '簿头的树根不符', 'the root in the head is another one')
  if (at.toString() !== recordedAt) return fault(0, '簿头的时刻不符', 'the instant in the head is not that of the newest fact')
  return undefined
}

/** Ids by the table itself, not by the index that should have kept them apart; sorted on disk, so memory stays small. */
function ofIds(db: Connection, before: number): Fault | undefined {
  const twice = rows(db, `SELECT max(pos) FROM events NOT INDEXED WHERE pos < ? GROUP BY stream, id HAVING count(*) > 1
    ORDER BY 1 LIMIT 1`).get([before])
  return twice && fault(twice[0], '同卷中事实号重复', 'its id occurs twice in its stream')
}

/** What steers reading beside the facts: the tables' own words (no trigger, no view), the indexes, and streams that nobody told. */
function ofFile(db: Connection): Fault | undefined {
  const words = rows(db, 'SELECT CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_schema WHERE sql IS NOT NULL').all([]) as [Buffer, Buffer][]
  if (words.length !== Object.keys(schema).length || words.some(([name, sql]) => schema[name.toString()] !== sql.toString()))
    return fault(0, '表结构被改动', 'the tables are not those of a book')
  const [said] = rows(db, 'PRAGMA integrity_check(1)').get([]) ?? []
  if (said !== 'ok') return fault(0, `文件结构受损：${said}`, `the file is damaged: ${said}`)
  const idle = rows(db, 'SELECT CAST(name AS BLOB) FROM streams WHERE NOT EXISTS (SELECT 1 FROM events WHERE stream = streams.id) LIMIT 1').get([])
  if (idle) return fault(0, `卷 ${idle[0]} 没有事实`, `stream ${idle[0]} has no facts`)
  const [tiles] = rows(db, 'SELECT count(*) - coalesce((SELECT size FROM head), 0) / ? FROM tiles').get([tileLeaves]) ?? []
  return tiles > 0 ? fault(0, '多出树块', 'there are tiles of facts that are not there') : undefined
}

/** 见证 — what others hold of this book: heads, and perhaps the hash of every leaf under the newest of them. Deleted facts, an older copy put back
    and history rewritten with all its hashes show in nothing else. */
export type Witnessed = { heads: readonly { size: number; root: Buffer }[]; leaves?: Buffer }

/** Looks at the tree as it grows; hands back what the witnessed heads say against it. */
function against({ heads, leaves }: Witnessed) {
  const ordered = [...heads].sort((a, b) => a.size - b.size)
  let next = 0, sure = 0
  return {
    leaf(size: number, hash: Buffer): Fault | undefined {
      const kept = leaves?.subarray((size - 1) * hashBytes, size * hashBytes)
      return kept?.length === hashBytes && !kept.equals(hash) ? fault(size, '与见证方所存的摘要不符', 'it is not what the witness holds the hash of') : undefined
    },
    tree(tree: Tree): Fault | undefined {
      for (let head = ordered[next]; head?.size === tree.size; head = ordered[++next]) {
        if (!rootOf(tree).equals(head.root)) return fault(sure + 1, `第 ${sure + 1}–${head.size} 条与见证的树头不符：历史被改写`,
          `positions ${sure + 1}–${head.size} are not what a witnessed head says: history was rewritten`, head.size)
        sure = head.size
      }
      return undefined
    },
    end({ size }: Tree): Fault | undefined {
      const head = ordered.at(-1)
      return head && head.size > size ? fault(size + 1, `见证的树头有 ${head.size} 条，实有 ${size} 条：末尾被删，或放回了旧的副本`,
        `a witnessed head has ${head.size} facts and there are ${size}: the newest were deleted, or an older copy was put back`) : undefined
    },
  }
}

function examine(db: Connection, onProgress?: (done: number, size: number) => void, witnessed: Witnessed = { heads: [] }): Verified {
  const page = rows(db, `SELECT pos, CAST(stream AS INTEGER), CAST(rev AS INTEGER), CAST(id AS BLOB), ${leafBytes}, ${hashColumn},
    (SELECT CAST(name AS BLOB) FROM streams WHERE id = stream) FROM events WHERE pos > ? ORDER BY pos LIMIT ${batch}`)
  const expected = Number(rows(db, 'SELECT max(pos) FROM events').get([])?.[0] ?? 0)
  const tree = emptyTree(), revisions = revisionCounters(), times = recordedTimes(), others = against(witnessed)
  let recordedAt = ''
  const first = (): Fault | undefined => {
    for (let after = Number.MIN_SAFE_INTEGER; ;) {
      const facts = page.all([after]) as Row[]
      for (const row of facts) {
        const bad = ofFact(row, tree.size + 1, revisions.next(row[1]), times)
        if (bad) return bad
        const hash = leafBytesHash(row[4]), tile = grow(tree, hash)
        const differs = others.leaf(tree.size, hash) ?? (tile && ofTile(db, tree.size, tile)) ?? others.tree(tree)
        if (differs) return differs
      }
      const last = facts[facts.length - 1]
      if (!last) return ofHead(db, tree, recordedAt) ?? others.end(tree)
      after = last[0]
      recordedAt = (JSON.parse(last[4].toString('utf8', 1)) as { recordedAt: string }).recordedAt
      onProgress?.(tree.size, expected)
    }
  }
  const bad = first()
  const twice = ofIds(db, bad && bad.position > 0 ? bad.position : Number.MAX_SAFE_INTEGER)
  return twice ?? bad ?? ofFile(db) ?? { ok: true, size: tree.size, root: rootOf(tree).toString('hex') }
}

/** Recomputes everything that steers behaviour, believing nothing that is stored: texts make hashes, hashes make the root.
    Holds one snapshot from beginning to end, so that a writer may go on beside it. */
export function verifyBook(dir: string, onProgress?: (done: number, size: number) => void, witnessed?: Witnessed): Verified {
  let db: Connection
  try { db = openForReading(dir) } catch (error) {
    if (error instanceof NoBook || !('code' in (error as object))) throw error
    return fault(0, `文件不能打开：${(error as Error).message}`, `the file cannot be opened: ${(error as Error).message}`)
  }
  try {
    db.exec('BEGIN')
    return examine(db, onProgress, witnessed)
  } catch (error) {
    return fault(0, `文件不能读完：${(error as Error).message}`, `the file cannot be read to its end: ${(error as Error).message}`)
  } finally {
    // The driver may keep a closed connection until it is collected: its snapshot ends here, or nobody could take the log away.
    try { db.exec('ROLLBACK') } catch { /* a file that cannot be read has none */ }
    db.close()
  }
}

/** A broken machine, said in both languages, with what to do about it. */
class BookError extends Error {
  readonly zh: string
  readonly en: string
  constructor(zh: string, en: string, options?: ErrorOptions) {
    super(`${zh} / ${en}`, options)
    this.zh = zh
    this.en = en
    this.name = new.target.name
  }
}

/** 事件簿占用 — another process writes this book; two pens would make two books. */
export class BookInUse extends BookError {
  constructor(dir: string) {
    super(`事件簿 ${dir} 正由另一个进程写入：请先停止那个进程，或以只读方式打开。`,
      `the book ${dir} is being written by another process: stop that one first, or open the book for reading only.`)
  }
}

/** 写不进的缘故 — as far as somebody can do something about it. What is no fault of a disk is one of the book. */
export type Trouble = 'disk-full' | 'disk-read-only' | 'disk-failed' | 'book-unsound'
export function troubleOf(error: unknown): Trouble {
  const { code: said } = (error ?? {}) as { code?: unknown }, code = String(said)
  return said === undefined ? 'book-unsound' : /^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code) ? 'disk-full' : /^(SQLITE_READONLY|EROFS)/.test(code) ? 'disk-read-only' : 'disk-failed'
}
const troubles: Record<Trouble, { zh: string; en: string }> = {
  'disk-full': { zh: '磁盘已满，没有记下：请腾出空间', en: 'the disk is full and nothing was recorded: make room' },
  'disk-read-only': { zh: '磁盘只读，没有记下：请查明磁盘为何转为只读', en: 'the disk is read-only and nothing was recorded: find out why' },
  'disk-failed': { zh: '磁盘写入失败，没有记下：请检查磁盘', en: 'the disk did not take it and nothing was recorded: check the disk' },
  'book-unsound': { zh: '事件簿与已应答的不符，没有记下：请运行 verify', en: 'the book is not what was acknowledged and nothing was recorded: run verify' },
}
/** 事件簿写入失败 — disk full, read-only, input/output error, failed sync. Whether the facts stand is settled by telling them again. */
export class BookBroken extends BookError {
  readonly code: Trouble
  constructor(code: Trouble, what: string) {
    const { zh, en } = troubles[code]
    super(`${zh}；恢复后会自行续写，用同一个键重试，已记下的不会重复。`, `${en}; writing goes on by itself once it can: say it again with the same key, what was recorded is not recorded twice.`,
      { cause: what })
    this.code = code
  }
}

/** 卷宗已满 — a stream is one subject's life; one this long should have been cut by period. */
export class StreamFull extends BookError {
  constructor(stream: string, limit: number) {
    super(`${stream} 已达 ${limit} 条事实的上限：请按时段分卷。`, `${stream} has reached its limit of ${limit} facts: cut it by period.`)
  }
}

/** 事件簿版本过新 — written by a later release; an older one would misread it. */
export class BookTooNew extends BookError {
  constructor(found: number, known: number) {
    super(`事件簿格式为第 ${found} 版，本程序只认识到第 ${known} 版：请升级程序。`,
      `the book has format ${found} and this release knows up to ${known}: upgrade the software.`)
  }
}

/** 事件簿不存在 — there is nothing to read yet. */
export class NoBook extends BookError {
  constructor(dir: string) {
    super(`${dir} 中没有事件簿：请检查路径，或先以写入方式打开一次。`, `there is no book in ${dir}: check the path, or open it for writing once.`)
  }
}

/** 事实受损 — what is stored is not what was hashed; it is never served as truth. */
export class FactUnsound extends BookError {
  readonly position: number
  constructor(position: number, zh: string, en: string) {
    super(`事件簿第 ${position} 条受损（${zh}）：请运行 verify，并从备份或见证方恢复。`,
      `position ${position} of the book is unsound (${en}): run verify, and restore from a backup or a witness.`)
    this.position = position
  }
}

/** 只读 — this process has the book for reading. */
export class BookReadOnly extends BookError {
  constructor() {
    super('事件簿以只读方式打开，不能写入：请由持有写锁的进程写入。', 'the book is open for reading only: let the process that holds its pen write.')
  }
}

/** 事件簿已关闭。 */
export class BookClosed extends BookError {
  constructor() {
    super('事件簿已关闭，请重新打开。', 'the book is closed: open it again.')
  }
}

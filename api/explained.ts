import { problem, Unanswerable, type Problem } from './problems.ts'

/** Errors of adapters and readers carry their words: what is wrong, in two languages, and where. */
type Worded = Error & { zh: string; en: string; code?: string; file?: string; line?: number; field?: string; rule?: string }
const isWorded = (error: unknown): error is Worded =>
  error instanceof Error && typeof (error as Partial<Worded>).zh === 'string' && typeof (error as Partial<Worded>).en === 'string'

/** Adapters' errors that are no mistake in the asking; the book's own by their names. */
const statuses: Readonly<Record<string, number>> = { BookBroken: 503, BookClosed: 503, BookReadOnly: 503, BookInUse: 409, StreamFull: 409, NoBook: 404 }

/** 磁盘之病 of any driver below: nothing was recorded, and it may be over in a while. */
function ofTheDisk(error: unknown): Problem | undefined {
  const code = String((error as { code?: unknown } | null)?.code)
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return problem(503, 'disk-full', '磁盘已满，没有记下；腾出空间后请重试', 'The disk is full and nothing was recorded; try again when there is room')
  if (/^(SQLITE_READONLY|EROFS)/.test(code)) return problem(503, 'disk-read-only', '磁盘只读，没有记下；恢复后请重试', 'The disk is read-only and nothing was recorded; try again when it takes writes')
  return /^(SQLITE_IOERR|EIO)/.test(code) ? problem(503, 'disk-failed', '磁盘写入失败，没有记下；恢复后请重试', 'The disk did not take it and nothing was recorded; try again when it does') : undefined
}

/** What a person can mend, as a problem with its place; nothing where the fault is ours. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Unanswerable) return error.problem
  if (!isWorded(error)) return ofTheDisk(error)
  const { code, file, line, field, rule, zh, en } = error
  return problem(statuses[error.name] ?? 400, code ?? error.name, zh, en, { ...(file !== undefined && { file }), ...(line !== undefined && { line }),
    ...(field !== undefined && { field }), ...(rule !== undefined && { rule }) })
}

/** The same for a terminal: exit code, one JSON document, and lines in both languages that begin with the place. */
export function explained(error: unknown): { code: number; json: object; lines: string[] } {
  const found = problemOf(error)
  if (!found) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    return { code: 1, json: problem(500, 'unexpected', message, message), lines: [stack ?? message] }
  }
  const { file, line, field, rule } = found as Problem & { file?: string; line?: number; field?: string; rule?: string }
  const where = [file && `文件 ${file}`, line !== undefined && `第 ${line} 行`, field && `字段 ${field}`, rule && `规则 ${rule}`].filter(Boolean).join('，')
  return { code: found.status >= 500 ? 1 : 2, json: found, lines: [...(where ? [where] : []), found.title, found.en] }
}

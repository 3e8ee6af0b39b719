import { isProblem, read } from '../client.ts'
import { sayCommands } from '../commands/words.ts'
import { settings } from '../settings.svelte.ts'
import { drawn, numberWanted, type Drawn, type Schema } from './schema.ts'

/** 操作 — one command of the platform, as it describes itself. */
export type Command = { context: string; command: string; type: string; roles: readonly string[]; schema: Schema }
type Described = { paths: Record<string, { post?: { operationId: string; 'x-roles'?: string[]; requestBody?: { content: Record<string, { schema: Schema }> } } }> }

let asked: Promise<Command[]> | undefined
/** Read once, when somebody first looks for something to do. */
export function commands(): Promise<Command[]> {
  return asked ??= (async () => {
    const described = await read<Described>('/openapi.json')
    if (isProblem(described)) { asked = undefined; return [] }
    return Object.entries(described.paths).flatMap(([path, { post }]) => {
      const [, context, command] = /^\/api\/([^/]+)\/\{id\}\/([^/{]+)$/.exec(path) ?? []
      const schema = post?.requestBody?.content['application/json']?.schema
      return context && command && schema && post?.['x-roles'] && sayCommands().commands[post.operationId] !== undefined
        ? [{ context, command, type: post.operationId, roles: post['x-roles'], schema }] : []
    })
  })()
}
/** `applicantNumber` → Applicant number. */
const spelt = (name: string) => { const words = name.replace(/(?<!^)([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`); return words.charAt(0).toUpperCase() + words.slice(1) }
const bare = (label: string) => label.replace(/[（(][^）)]*[）)]$/, '')
/** Labels are the platform's own descriptions; English goes by the names, which are English. */
const labelOf = (name: string, description: string | undefined) => settings.language === 'en' ? spelt(name.replace(/Fen$/, '')) : name.endsWith('Fen') ? bare(description ?? name) : description ?? sayCommands().fields[name] ?? name
export const questionsOf = ({ schema }: Command): Drawn[] | undefined => drawn(schema, labelOf)
/** It may be entered afterwards, with the instant at which it happened. */
export const takesLate = ({ context, schema }: Command) => context === 'cases' && schema.properties?.['happenedAt'] !== undefined
export const wantsNumber = ({ schema }: Command) => numberWanted(schema)

/** 此刻对此件能说什么, as the platform judges it. */
export type CaseActions = {
  revision: number; lateFrom?: string
  primary?: Allowed; beside: Allowed[]
  refused: { command: string; zh: string; en: string }[]
}
export type Allowed = { command: string; choices?: Record<string, { value: string | number; name?: string; refused?: { zh: string; en: string } }[]> }
export async function actionsOn(id: string): Promise<CaseActions | undefined> {
  const answer = await read<CaseActions>(`/cases/${encodeURIComponent(id)}/actions`)
  return isProblem(answer) ? undefined : answer
}

import { worded } from '../worded.ts'
import { words as en } from './words.en.ts'
import { words as zh } from './words.zh.ts'

export const sayCommands = worded(zh, en)
/** `request-supplement` → 一次性告知补正. */
export const commandWord = (command: string) => sayCommands().commands[typeOf(command)] ?? command
export const typeOf = (command: string) => command.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())

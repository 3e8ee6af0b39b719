import { worded } from '../../worded.ts'
import { words as en } from './words.en.ts'
import { words as zh } from './words.zh.ts'

export const say = worded(zh, en)

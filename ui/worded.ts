import { settings } from './settings.svelte.ts'

/** 用语 of one screen, in the reader's language. They come with the screen and not with the frame; what Chinese says English says too, or it does not compile. */
export const worded = <W extends object>(zh: W, en: W) => (): W => settings.language === 'en' ? en : zh

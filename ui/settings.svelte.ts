import { words as en } from './words.en.ts'
import { words as zh } from './words.zh.ts'

export const languages = ['zh', 'en'] as const
export const themes = ['light', 'wall', 'contrast'] as const
export const sizes = ['100', '115', '130'] as const
type Settings = { language: typeof languages[number]; theme: typeof themes[number]; size: typeof sizes[number]; letterKeys: boolean }

const key = 'mingjian.settings'
/** What a reader prefers is remembered in this browser only. Where it may not be, the page works all the same. */
function remembered(): Partial<Settings> {
  try { return JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Settings> } catch { return {} }
}
const one = <T extends string>(of: readonly T[], value: unknown, otherwise: T): T => of.find((it) => it === value) ?? otherwise

function openSettings() {
  const before = remembered()
  const wantsContrast = matchMedia('(prefers-contrast: more)').matches
  let settings = $state<Settings>({
    language: one(languages, before.language, 'zh'),
    theme: one(themes, before.theme, wantsContrast ? 'contrast' : 'light'), size: one(sizes, before.size, '100'), letterKeys: before.letterKeys !== false,
  })
  let dim = false
  const show = () => {
    const { lang, dataset } = document.documentElement
    const wanted = settings.language === 'zh' ? zh.lang : en.lang
    if (lang !== wanted) document.documentElement.lang = wanted
    dataset['theme'] = dim && settings.theme === 'light' ? 'wall' : settings.theme
    dataset['size'] = settings.size
  }
  show()
  return {
    get language() { return settings.language },
    get theme() { return settings.theme },
    get size() { return settings.size },
    get letterKeys() { return settings.letterKeys },
    /** 暗 — as long as pictures are watched; whoever has chosen a contrast keeps it. Returns how to have light again. */
    dimmed() { dim = true; show(); return () => { dim = false; show() } },
    set(change: Partial<Settings>) {
      settings = { ...settings, ...change }
      show()
      try { localStorage.setItem(key, JSON.stringify(settings)) } catch { /* a browser that keeps nothing */ }
    },
  }
}
export const settings = openSettings()
/** The words of the reader's language. */
export const say = () => settings.language === 'en' ? en : zh

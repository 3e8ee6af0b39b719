const calmMs = 4_000
/** 查找与操作 — whether it is open, and what it did last; what it is made of comes when it is first opened. */
function openPalette() {
  let open = $state(false), keys = $state(false), said = $state('')
  return {
    get open() { return open },
    set open(now: boolean) { open = now },
    /** 全部按键 of here and everywhere. */
    get keys() { return keys },
    set keys(now: boolean) { keys = now },
    /** For those who hear the page. */
    get said() { return said },
    say(text: string) { said = text },
    /** Fetched while nothing else is, so that it is there when the line is not. */
    prepare() { setTimeout(() => { void import('./palette/Palette.svelte').catch(() => undefined); void import('./palette/Keys.svelte').catch(() => undefined) }, calmMs) },
  }
}
export const palette = openPalette()

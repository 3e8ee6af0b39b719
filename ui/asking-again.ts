/** 稍后再问 — where the platform has said that it will answer: asked again by itself for as long as this is on the page. */
export const askingAgain = (again: () => void, afterMs: number) => () => {
  const soon = setTimeout(again, afterMs)
  return () => clearTimeout(soon)
}

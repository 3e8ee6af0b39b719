/** 解码位 — what may be decoded whole at the same time: four pictures of 1080p, or as many smaller ones as come to the same. */
const mostPixels = 4 * 1920 * 1080, unknownPixels = 1920 * 1080
export type Mode = 'full' | 'still' | 'off'

/** By camera, in the order in which they want one: who has a seat is played whole, who has none shows its key frames, and who is out of sight shows nothing. */
export function modesOf(wanting: readonly { camera: string; inSight: boolean; pixels?: number | undefined }[], most = mostPixels): Map<string, Mode> {
  let taken = 0
  return new Map(wanting.map(({ camera, inSight, pixels = unknownPixels }) => {
    if (!inSight) return [camera, 'off']
    if (taken + pixels > most) return [camera, 'still']
    taken += pixels
    return [camera, 'full']
  }))
}

export function seats(order: () => readonly string[]) {
  let inSight = $state.raw(new Set<string>()), pixels = $state.raw(new Map<string, number>())
  const modes = $derived(modesOf(order().map((camera) => ({ camera, inSight: inSight.has(camera), pixels: pixels.get(camera) }))))
  const cameras = new WeakMap<Element, string>()
  const observer = new IntersectionObserver((entries) => {
    const next = new Set(inSight)
    for (const { target, isIntersecting } of entries) { const camera = cameras.get(target); if (camera !== undefined) { if (isIntersecting) next.add(camera); else next.delete(camera) } }
    inSight = next
  }, { rootMargin: '80px' })
  return {
    modeOf: (camera: string): Mode => modes.get(camera) ?? 'off',
    sized(camera: string, width: number, height: number) {
      if (width * height > 0 && pixels.get(camera) !== width * height) pixels = new Map(pixels).set(camera, width * height)
    },
    /** To be attached to the tile of a camera. */
    tile: (camera: string) => (element: Element) => {
      cameras.set(element, camera)
      observer.observe(element)
      return () => { observer.unobserve(element); inSight = new Set([...inSight].filter((one) => one !== camera)) }
    },
    close() { observer.disconnect() },
  }
}
export type Seats = ReturnType<typeof seats>

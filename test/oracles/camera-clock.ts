/** The instant (UTC, milliseconds) that is burnt into a picture of the demonstration's cameras, out of its pixels (RGBA, as a canvas gives them), at whatever size the
    whole picture was drawn; nothing where there is no such strip, or where it was not read rightly. As `simulations/camera/README.md` describes it, and in no other way. */
export function readClock(pixels: ArrayLike<number>, width: number, height: number): number | undefined {
  const y = Math.min(height - 1, Math.floor(height * 106 / 108))
  const light = Array.from({ length: 48 }, (_, i) => {
    const at = 4 * (y * width + Math.floor((i + 0.5) * width / 48))
    return pixels[at]! + pixels[at + 1]! + pixels[at + 2]!
  })
  const [white, black] = [light[0]!, light[1]!]
  if (white - black < 300) return undefined
  const bits = light.map((value) => value > (white + black) / 2 ? '1' : '0').join(''), time = bits.slice(2, 43)
  // Division of the time, its first five bits turned over (the register began full), by 100101.
  let rest = BigInt(`0b${time}00000`) ^ (31n << 41n)
  for (let i = 45n; i >= 5n; i--) if ((rest >> i) & 1n) rest ^= 0b100101n << (i - 5n)
  return rest === BigInt(`0b${bits.slice(43)}`) ? parseInt(time, 2) : undefined
}

/** One case, two cases: what English says of a count that is printed already. `are`: what changes with it, where that is more than an s. */
export const many = (n: string, one: string, are = `${one}s`) => `${n} ${n === '1' ? one : are}`

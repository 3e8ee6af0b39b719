import { client, isProblem } from '../../client.ts'

type Choices = Partial<Record<string, readonly string[]>>
/** 名录 — names that the panel offers while one types; without them one types all the same. */
export function searchChoices() {
  let choices = $state.raw<Choices>({}), asked = false
  const namesIn = async (collection: string, field: string) => {
    const answer = await client.collection(collection, 1_000)
    return isProblem(answer) ? [] : [...new Set(answer.rows.map((row) => String(row[field] ?? '')))].filter(Boolean).sort((a, b) => a.localeCompare(b, 'zh'))
  }
  return {
    get all() { return choices },
    async load() {
      if (asked) return
      asked = true
      const [hall, item] = await Promise.all([namesIn('halls', 'name'), namesIn('items', 'shortName')])
      choices = { hall, item }
    },
  }
}

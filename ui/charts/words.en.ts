import type { Words } from './words.zh.ts'

export const words: Words = {
  table: 'Show table', csv: 'Download table (CSV)', scroll: 'Picture, scrolls sideways', moment: 'Which day', of: (day, values) => `${day}: ${values}`, value: (name, value) => `${name} ${value}`,
  between: ', ',
}

const inert = (text: string) => text.replace(/[&<>"'\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (c) => `&#${c.codePointAt(0)!};`)
type Link = { href: string; text: string }
type Page = { title: string; lines?: readonly string[]; links?: readonly Link[]; actions?: readonly Link[]; refresh?: string }

/** 一页 without script or style of its own: whatever is told it stays text. */
export const pageOf = ({ title, lines = [], links = [], actions = [], refresh }: Page) => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${inert(title)}</title>${refresh === undefined ? ''
  : `<meta http-equiv="refresh" content="0;url=${inert(refresh)}">`}</head><body><main><h1>${inert(title)}</h1>
${lines.map((line) => `<p>${inert(line)}</p>`).join('\n')}${links.map(({ href, text }) => `<p><a href="${inert(href)}">${inert(text)}</a></p>`).join('\n')}
${actions.map(({ href, text }) => `<form method="post" action="${inert(href)}"><button>${inert(text)}</button></form>`).join('\n')}</main></body></html>
`

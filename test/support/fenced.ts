/*
  A part of a page that is made by a command: between `<!-- NAME: COMMAND -->` and `<!-- /NAME -->`.
*/

/** The page with this text between the marks of that name. */
export function pageWith(page: string, name: string, text: string): string {
  const fence = new RegExp(`(<!-- ${name}: [^\\n]* -->\\n)[\\s\\S]*?(\\n<!-- /${name} -->)`)
  if (!fence.test(page)) throw new Error(`the page has no place for ${name}`)
  return page.replace(fence, (_found, before: string, after: string) => `${before}${text}${after}`)
}

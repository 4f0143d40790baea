/*
  Reads one IMAP command from the start of what a client has sent. Pure.

    command = tag SP name *(SP (atom / quoted / literal)) CRLF        literal = "{" n ["+"] "}" CRLF n*OCTET
*/

export interface Command {
  words: string[]
  /** Characters taken, CRLF included. */
  length: number
}

/** Out: the command; `incomplete`; or, where the client waits for a continuation, the position of its literal. */
export function readCommand(received: string): Command | 'incomplete' | number {
  const words: string[] = []
  let at = 0
  for (;;) {
    const end = received.indexOf('\r\n', at)
    if (end < 0) return 'incomplete'
    const line = received.slice(at, end)
    const literal = /\{(\d{1,5})(\+?)\}$/.exec(line)
    words.push(...wordsOf(literal === null ? line : line.slice(0, literal.index)))
    if (literal === null) return { words, length: end + 2 }
    const start = end + 2
    at = start + Number(literal[1])
    if (received.length < at) return literal[2] === '+' || received.length > start ? 'incomplete' : start
    words.push(received.slice(start, at))
  }
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|[^\s"]+/g)].map(match => (match[1] === undefined ? match[0] : match[1].replace(/\\(.)/g, '$1')))
}

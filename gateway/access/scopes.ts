/*
  SMART v2 scopes: what a client may ask for and what a token allows.
    system/<Type>.<c|r|u|d|s in this order, each at most once>      hub/monitor: the operator's monitor
*/

export type Interaction = 'c' | 'r' | 'u' | 'd' | 's'

/** The scope of the monitor; only clients of kind `operator` may hold it. */
export const MONITOR_SCOPE = 'hub/monitor'

const FORM = /^(system|user|patient)\/([A-Z][A-Za-z]{2,63})\.(c?r?u?d?s?)$/

export type Scopes = ReadonlySet<string>

/** One string separated by blanks, as OAuth writes it. */
export function readScopes(text: string): Scopes {
  return new Set(text.split(/\s+/).filter(scope => scope !== ''))
}

export const writeScopes = (scopes: Scopes): string => [...scopes].join(' ')

/** Does a scope of the token allow this interaction on this type? */
export function allows(scopes: Scopes, type: string, interaction: Interaction): boolean {
  for (const scope of scopes) {
    const match = FORM.exec(scope)
    if (match?.[1] === 'system' && match[2] === type && match[3]?.includes(interaction) === true) return true
  }
  return false
}

/** Those of `asked` that the registration does not cover, letter by letter. */
export function beyond(asked: Scopes, registered: Scopes): string[] {
  return [...asked].filter(scope => !covers(registered, scope))
}

function covers(registered: Scopes, scope: string): boolean {
  if (registered.has(scope)) return true
  const match = FORM.exec(scope)
  if (match === null || match[3] === '') return false
  const [, context, type, letters] = match
  const held = new Set<string>()
  for (const one of registered) {
    const own = FORM.exec(one)
    if (own !== null && own[1] === context && own[2] === type) for (const letter of own[3] ?? '') held.add(letter)
  }
  return [...(letters ?? '')].every(letter => held.has(letter))
}

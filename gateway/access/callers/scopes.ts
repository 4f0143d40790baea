/*
  SMART v2 scopes: what a client may ask for and what a token allows.
    <system|user|patient>/<Type>.<c|r|u|d|s in this order, each at most once>      hub/monitor: the operator's monitor
*/

export type Interaction = 'c' | 'r' | 'u' | 'd' | 's'

/** Whose scopes count: the client's own, those of a professional, or those of a person or a relative. */
export type Context = 'system' | 'user' | 'patient'

/** The scope of the monitor; only clients of kind `operator` may hold it. */
export const MONITOR_SCOPE = 'hub/monitor'

const FORM = /^(system|user|patient)\/([A-Z][A-Za-z]{2,63})\.(c?r?u?d?s?)$/

export type Scopes = ReadonlySet<string>

/** One string separated by blanks, as OAuth writes it. */
export function readScopes(text: string): Scopes {
  return new Set(text.split(/\s+/).filter(scope => scope !== ''))
}

export const writeScopes = (scopes: Scopes): string => [...scopes].join(' ')

interface Asking {
  scopes: Scopes
  context?: Context
  purpose?: string
}

/** Does a scope of this context allow this interaction on this type? Who breaks the glass reads, and writes nothing. */
export function allows({ scopes, context = 'system', purpose }: Asking, type: string, interaction: Interaction): boolean {
  if (purpose === 'BTG' && interaction !== 'r' && interaction !== 's') return false
  return opened(scopes).get(`${context}/${type}`)?.has(interaction) === true
}

/** Those that count in a token of this context; the monitor's counts for software only. Of who breaks the glass the letters that read. */
export function ofContext(scopes: Scopes, context: Context, purpose?: string): Scopes {
  const counting = [...scopes].filter(scope => scope.startsWith(`${context}/`) || (context === 'system' && scope === MONITOR_SCOPE))
  return new Set(purpose === 'BTG' ? counting.map(scope => scope.replace(/[cud](?=[a-z]*$)/g, '')).filter(scope => !scope.endsWith('.')) : counting)
}

/** Those of `asked` that the registration does not cover, letter by letter. */
export function beyond(asked: Scopes, registered: Scopes): string[] {
  return [...asked].filter(scope => !covers(registered, scope))
}

function covers(registered: Scopes, scope: string): boolean {
  if (registered.has(scope)) return true
  const [, context, type, letters = ''] = FORM.exec(scope) ?? []
  const held = opened(registered).get(`${context}/${type}`)
  return held !== undefined && letters !== '' && [...letters].every(letter => held.has(letter))
}

const indexes = new WeakMap<Scopes, ReadonlyMap<string, ReadonlySet<string>>>()

/** The letters by `<context>/<Type>`, worked out once for each set: a page of a search asks two hundred times. */
function opened(scopes: Scopes): ReadonlyMap<string, ReadonlySet<string>> {
  const known = indexes.get(scopes)
  if (known !== undefined) return known
  const index = new Map<string, Set<string>>()
  for (const scope of scopes) {
    const [, context, type, letters = ''] = FORM.exec(scope) ?? []
    if (type === undefined) continue
    const held = index.get(`${context}/${type}`) ?? new Set()
    for (const letter of letters) held.add(letter)
    index.set(`${context}/${type}`, held)
  }
  indexes.set(scopes, index)
  return index
}

/*
  Acknowledgements as a hospital reads them: a verdict in one line for each ERR, taken from the segments by plain splitting and not by our own reader.
*/

export interface Answer {
  /** MSA-1 */
  code: string
  /** MSA-2 */
  controlId: string
  errors: { place: string; code: string; system: string; severity: string; application: string }[]
  segments: Record<string, string[]>
}

export function readAnswer(text: string): Answer {
  const lines = text.split('\r').map(line => line.split('|'))
  const segments = Object.fromEntries(lines.toReversed().map(fields => [fields[0] ?? '', fields]))
  const errors = lines.flatMap(fields => {
    if (fields[0] !== 'ERR') return []
    const [code = '', , system = ''] = (fields[3] ?? '').split('^')
    return [{ place: fields[2] ?? '', code, system, severity: fields[4] ?? '', application: (fields[5] ?? '').split('^')[0] ?? '' }]
  })
  return { code: segments['MSA']?.[1] ?? '', controlId: segments['MSA']?.[2] ?? '', errors, segments }
}

/** `AA`, or `AE` and each place with its code and application code: `AE PID^1^3 207/906`. */
export function verdictOf(text: string): string {
  const { code, errors } = readAnswer(text)
  return [code, ...errors.map(one => `${one.place} ${one.code}${one.application === '' ? '' : `/${one.application}`}`)].join(' ')
}

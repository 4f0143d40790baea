/*
  Joins serialised entries to one HAPI transaction, with candidate ids replaced by the ids the ledger gave.
    both are UUIDs of 36 ASCII characters, so the replacement is byte for byte and nothing is parsed again
*/

/** One resource to PUT under its own id, serialised. */
export interface Entry {
  type: string
  id: string
  json: Uint8Array
  /** The version it must replace, where another writer may have come between. */
  ifMatch?: string
}

/** `Type/<id>` */
export const nameOf = ({ type, id }: Pick<Entry, 'type' | 'id'>): string => `${type}/${id}`

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Replaces each candidate by its actual id, in place. In: candidate → actual, both UUIDs. */
export function replaceIds(json: Uint8Array, actual: ReadonlyMap<string, string>): Uint8Array {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength)
  for (const [candidate, id] of actual) {
    if (!UUID.test(candidate) || !UUID.test(id)) throw new RangeError('an id is no UUID')
    if (candidate === id) continue
    for (let at = bytes.indexOf(candidate); at !== -1; at = bytes.indexOf(candidate, at + candidate.length)) bytes.write(id, at, 'latin1')
  }
  return bytes
}

/** The transaction Bundle of these entries, as bytes. */
export function writeTransaction(entries: readonly Entry[]): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from('{"resourceType":"Bundle","type":"transaction","entry":[')]
  entries.forEach((entry, index) => {
    parts.push(
      Buffer.from(`${index === 0 ? '' : ','}{"resource":`),
      entry.json,
      Buffer.from(`,"request":{"method":"PUT","url":"${entry.type}/${entry.id}"${matchOf(entry)}}}`),
    )
  })
  parts.push(Buffer.from(']}'))
  return Buffer.concat(parts)
}

const matchOf = ({ ifMatch }: Entry): string => (ifMatch === undefined ? '' : `,"ifMatch":"W/\\"${ifMatch}\\""`)

/*
  What the hub answers about one person's journey.
*/
export interface Item {
  id: string
  at: string
  kind: string
  type: string
  changes: string[]
  about: string | null
  documentType: string | null
  flow: { id: string; controlId: string; sender: string; status: string } | null
  delivery: string
  counts: Partial<Record<string, number>>
}

export interface Gap {
  kind: 'undelivered' | 'expected' | 'silence'
  expected?: string
  from: string
  to: string | null
  after: string
}

export interface PersonJourney {
  items?: Item[]
  gaps?: Gap[]
  isTruncated?: boolean
  /** Of a number that several authorities gave. */
  systems?: string[]
}

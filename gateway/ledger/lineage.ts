/*
  Lineage: for each element of a message's result the source paths it was made from, compressed, one row per message.
*/
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Finding, Lineage } from '../../mappers/mapper.ts'
import type { Tx } from './db.ts'

export interface MessageLineage {
  mapper: string
  version: number
  lineage: Lineage[]
  unread: string[]
  findings: Finding[]
  mappedAt: Date
  /** What was stored, `Type/<id>/_history/<n>`, and what it refers to, `Type/<id>`. */
  resources?: readonly string[]
}

/** More than that nobody reads: all of them stand in the lineage itself. */
const MOST_SAID = 100

const pack = promisify(gzip)
const unpack = promisify(gunzip)

/** The last run's lineage stands. */
export async function writeLineage(
  tx: Tx,
  messageId: string,
  { mapper, version, lineage, unread, findings, mappedAt, resources = [] }: MessageLineage,
): Promise<void> {
  const compressed = await pack(JSON.stringify({ lineage, unread, findings }), { level: 1 })
  await tx.query(
    `insert into lineage (id, mapper, version, compressed, mapped_at, resources) values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do update set mapper = excluded.mapper, version = excluded.version, compressed = excluded.compressed, mapped_at = excluded.mapped_at, resources = excluded.resources`,
    [messageId, mapper, version, compressed, mappedAt, resources],
  )
  await sayOfMessage(tx, messageId, findings.slice(0, MOST_SAID))
}

/** What mapping found is said of the message too, beside what its acceptance found: there the report on its sender counts it. */
async function sayOfMessage(tx: Tx, messageId: string, findings: readonly Finding[]): Promise<void> {
  if (findings.length === 0) return
  await tx.query(
    `update message m set findings = m.findings ||
       (select coalesce(jsonb_agg(f), '[]') from jsonb_array_elements($2::jsonb) f where not m.findings @> jsonb_build_array(f))
     where id = $1`,
    [messageId, JSON.stringify(findings)],
  )
}

interface LineageRow {
  mapper: string
  version: number
  compressed: Buffer
  mapped_at: Date
  accepted_with: Finding[]
}

/** In: as readFlow. Out: with what was found when the message was accepted, before what was found in mapping it. */
export async function readLineage(tx: Tx, messageId: string, territory?: string): Promise<MessageLineage | undefined> {
  const { rows } = await tx.query<LineageRow>(
    `select lineage.*, coalesce(message.findings, '[]') as accepted_with from lineage left join message on message.id = lineage.id where lineage.id = $1
       and ($2::text is null or message.territory = $2)`,
    [messageId, territory ?? null],
  )
  const row = rows[0]
  if (row === undefined) return undefined
  const { lineage, unread, findings } = JSON.parse((await unpack(row.compressed)).toString()) as Pick<MessageLineage, 'lineage' | 'unread' | 'findings'>
  return { mapper: row.mapper, version: row.version, lineage, unread, findings: merged(row.accepted_with, findings), mappedAt: row.mapped_at }
}

function merged(...lists: Finding[][]): Finding[] {
  const found = new Map(lists.flat().map(finding => [`${finding.code} ${finding.path}`, finding]))
  return [...found.values()]
}

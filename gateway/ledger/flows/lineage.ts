/*
  Lineage: for each element of a message's result the source paths it was made from, compressed, one row per message.
*/
import type { Finding } from '../../../mappers/mapper.ts'
import type { Tx } from '../db.ts'
import { pack, storableJson, unpack } from '../json.ts'
import type { Lineage } from '../../../mappers/lineage.ts'

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

interface Content extends Pick<MessageLineage, 'lineage' | 'unread' | 'findings'> {
  /** What this run says of the message that its acceptance had not found; not known of runs from before it was kept. */
  said?: Finding[]
}

/** The last run's lineage stands, and what a run before it had found and this one does not is no longer said of the message. */
export async function writeLineage(
  tx: Tx,
  messageId: string,
  { mapper, version, lineage, unread, findings, mappedAt, resources = [] }: MessageLineage,
): Promise<void> {
  const added = await sayOfMessage(tx, messageId, findings.slice(0, MOST_SAID))
  const columns = async (said: Finding[]) => [messageId, mapper, version, await packed({ lineage, unread, findings, said }), mappedAt, resources]
  const { rowCount } = await tx.query(
    'insert into lineage (id, mapper, version, compressed, mapped_at, resources) values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing',
    await columns(added),
    'lineage',
  )
  if (rowCount > 0) return
  const { said = [] } = await contentOfRun(tx, messageId)
  const stays = said.filter(one => findings.some(({ code, path }) => code === one.code && path === one.path))
  await takeBack(
    tx,
    messageId,
    said.filter(one => !stays.includes(one)),
  )
  await tx.query(
    'update lineage set mapper = $2, version = $3, compressed = $4, mapped_at = $5, resources = $6 where id = $1',
    await columns([...stays, ...added]),
  )
}

const packed = (content: Content): Promise<Buffer> => pack(JSON.stringify(content), { level: 1 })
const unpacked = async (compressed: Buffer): Promise<Content> => JSON.parse((await unpack(compressed)).toString()) as Content

async function contentOfRun(tx: Tx, messageId: string): Promise<Partial<Content>> {
  const { rows } = await tx.query<{ compressed: Buffer }>('select compressed from lineage where id = $1 for update', [messageId])
  return rows[0] === undefined ? {} : unpacked(rows[0].compressed)
}

/** What mapping found is said of the message too, beside what its acceptance found: there the report on its sender counts it. Out: what is new of it. */
async function sayOfMessage(tx: Tx, messageId: string, findings: readonly Finding[]): Promise<Finding[]> {
  if (findings.length === 0) return []
  const { rows } = await tx.query<{ list: Finding[] }>(
    `with m as (select findings from message where id = $1 for update),
       added as (select coalesce(jsonb_agg(f), '[]') as list from m, jsonb_array_elements($2::jsonb) f where not m.findings @> jsonb_build_array(f)),
       said as (update message set findings = findings || added.list from added where id = $1)
     select list from added`,
    [messageId, storableJson(findings)],
  )
  return rows[0]?.list ?? []
}

async function takeBack(tx: Tx, messageId: string, gone: readonly Finding[]): Promise<void> {
  if (gone.length === 0) return
  await tx.query(
    `update message m set findings = (select coalesce(jsonb_agg(f), '[]') from jsonb_array_elements(m.findings) f where not $2::jsonb @> jsonb_build_array(f))
     where id = $1`,
    [messageId, storableJson(gone)],
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
  const { lineage, unread, findings } = await unpacked(row.compressed)
  return { mapper: row.mapper, version: row.version, lineage, unread, findings: merged(row.accepted_with, findings), mappedAt: row.mapped_at }
}

function merged(...lists: Finding[][]): Finding[] {
  const found = new Map(lists.flat().map(finding => [`${finding.code} ${finding.path}`, finding]))
  return [...found.values()]
}

/*
  What the national directory said of the mailboxes behind a register number, with the date it was asked.
*/
import type { DirectoryHolder } from '../../../connectors/directory/wire.ts'
import type { Tx } from '../db.ts'

export interface DirectoryAnswer {
  /** Empty: the directory knows nobody under this number. */
  holders: DirectoryHolder[]
  askedAt: Date
}

export interface RegisterNumber {
  system: string
  value: string
}

export async function readDirectoryAnswer(tx: Tx, { system, value }: RegisterNumber): Promise<DirectoryAnswer | undefined> {
  const { rows } = await tx.query<{ holders: DirectoryHolder[]; asked_at: Date }>(
    'select holders, asked_at from directory_answer where system = $1 and value = $2',
    [system, value],
    'directory-read',
  )
  const [row] = rows
  return row === undefined ? undefined : { holders: row.holders, askedAt: row.asked_at }
}

/** Two processes may have asked: the later answer stays. */
export async function keepDirectoryAnswer(tx: Tx, { system, value }: RegisterNumber, { holders, askedAt }: DirectoryAnswer): Promise<void> {
  await tx.query(
    `insert into directory_answer as d (system, value, holders, asked_at) values ($1, $2, $3, $4)
     on conflict (system, value) do update set holders = excluded.holders, asked_at = excluded.asked_at where d.asked_at < excluded.asked_at`,
    [system, value, JSON.stringify(holders), askedAt],
    'directory-keep',
  )
}

/*
  What a flow has to say about a message it took all the same.
*/
import type { Finding } from '../../../mappers/mapper.ts'
import type { Tx } from '../db.ts'
import { storableJson } from '../json.ts'

export async function addFinding(tx: Tx, messageId: string, finding: Finding): Promise<void> {
  await tx.query('update message set findings = findings || $2::jsonb where id = $1 and not findings @> $2::jsonb', [messageId, storableJson([finding])])
}

import type { ImapFlow } from 'imapflow'
import { expect, it } from 'vitest'
import type { MssanteConfig } from '../../../connectors/mssante/config.ts'
import { removeTaken } from '../../../connectors/mssante/taken.ts'

it('an operator that does not let the folder be emptied keeps nothing from being read', async () => {
  const [opened, said]: [string[], string[]] = [[], []]
  const mailboxOpen = async (folder: string): Promise<void> => {
    if (folder !== 'INBOX') throw new Error('NO')
    opened.push(folder)
  }
  await removeTaken({ mailboxOpen } as unknown as ImapFlow, { takenFolder: 'Traites', takenDays: 90 } as MssanteConfig, event => said.push(event))
  expect([opened, said]).toEqual([['INBOX'], ['mail.not-removed']])
})

/*
  Opens the doors for messages, MLLP and mailbox, keeps them open, and says of each whether it is open now.
*/
import { connector as hospital } from '../connectors/hospital/index.ts'
import { connector as mssante } from '../connectors/mssante/index.ts'
import type { ConnectorLog } from '../connectors/connector.ts'
import { HubError } from '../profiles/errors.ts'
import { type DoorParts, hospitalDoor, mailDoor } from './doors.ts'
import type { Log } from './log.ts'
import type { PartCheck } from './readiness.ts'

export interface MessageDoors {
  /** What /ready asks: is the MLLP door open, is the mailbox watched? */
  checks: Record<string, PartCheck>
  /** Resolves once the MLLP door is open; the mailbox may be away for longer. Throws what keeps the MLLP door closed. */
  open(parts: DoorParts, log: Log): Promise<void>
  /** Resolves once everything that was received whole is answered. */
  close(): Promise<void>
}

export function createMessageDoors(): MessageDoors {
  const closing = new AbortController()
  const isOpen = { mllp: false, mailbox: false }
  const ended: Promise<void>[] = []
  const { signal } = closing

  const openMllp = (parts: DoorParts, log: ConnectorLog): Promise<void> =>
    new Promise((resolve, reject) => {
      const ready = (): void => {
        isOpen.mllp = true
        resolve()
      }
      const end = hospital.receive(hospitalDoor(parts), parts.config.connectors.hospital, { signal, ready, log })
      ended.push(end.catch(() => undefined))
      end.catch(error => reject(error instanceof HubError ? error : new Error('the hospital door could not open', { cause: error })))
    })
  const watchMailbox = (parts: DoorParts, log: ConnectorLog): void => {
    const ready = (): void => {
      isOpen.mailbox = true
    }
    const told: ConnectorLog = (event, fields) => {
      if (event === 'mailbox.lost') isOpen.mailbox = false
      log(event, fields)
    }
    ended.push(mssante.receive(mailDoor(parts), parts.config.connectors.mssante, { signal, ready, log: told }))
  }

  return {
    checks: {
      mllp: async () => {
        if (!isOpen.mllp) throw new HubError('hub.busy', { path: 'connectors.hospital' })
      },
      mailbox: async () => {
        if (!isOpen.mailbox) throw new HubError('mssante.unreachable', { path: 'connectors.mssante', dependency: 'mail' })
      },
    },
    async open(parts, log) {
      await openMllp(parts, logOf(log, 'hospital'))
      watchMailbox(parts, logOf(log, 'mssante'))
    },
    async close() {
      isOpen.mllp = false
      closing.abort()
      await Promise.all(ended)
    },
  }
}

function logOf(log: Log, connector: string): ConnectorLog {
  return (event, fields = {}) => log.info(event, { connector, ...fields })
}

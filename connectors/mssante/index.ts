/*
  MSSanté secure mail: one mail out per SMTP transaction, reports (and later letters) in by IMAP.
*/
import type { Connector } from '../connector.ts'
import { config, type MssanteConfig } from './config.ts'
import { receive } from './receive.ts'
import { check, send } from './send.ts'
import type { MailPayload } from './wire.ts'

export const connector = { name: 'mssante', config, receive, send, check } satisfies Connector<MssanteConfig, MailPayload>

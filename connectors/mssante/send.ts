/*
  Sends one mail: one SMTP transaction with one recipient, DSN always asked for.

    MAIL FROM:<bal> RET=HDRS ENVID=<reference> SIZE=n
    RCPT TO:<recipient> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;<recipient>
    DATA
*/
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
import { HubError } from '../../profiles/errors.ts'
import type { Outgoing, Receipt } from '../connector.ts'
import type { MssanteConfig } from './config.ts'
import { keepSession, takeSession } from './idle-sessions.ts'
import { longestOf, ofMail, openSession, settle } from './session.ts'
import { type MailPayload, writeMail } from './wire.ts'

/**
 * Out:    the operator's reply code and its queue reference. It has the mail; whether it was delivered comes back as a DSN.
 * Throws: mssante.deferred (4yz), mssante.refused (5yz), mssante.dropped, mssante.unreachable, mssante.auth (dependency `mail`).
 * Spec:   RFC 5321, RFC 3461; ECO.2.3.1.
 */
export async function send(delivery: Outgoing<MailPayload>, config: MssanteConfig, signal: AbortSignal): Promise<Receipt> {
  const raw = await writeMail(delivery.payload)
  const session = await takeSession(config, signal)
  const within = { signal, longestMs: longestOf(config, raw.byteLength) }
  const { from, to, envelopeId } = delivery.payload
  const dsn = { ret: 'HDRS', envid: envelopeId, notify: ['SUCCESS', 'FAILURE', 'DELAY'], orcpt: `rfc822;${to}` }
  const envelope = { from: from.address, to: [to], size: raw.byteLength, dsn }
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  const sent = await settle<SMTPConnectionSendInfo>(session, within, done => session.send(envelope, bytes, done), ofMail)
  keepSession(config, session)
  return receiptOf(sent?.response ?? '')
}

/** Reachable and allowed? */
export async function check(config: MssanteConfig): Promise<void> {
  const session = await openSession(config, new AbortController().signal)
  session.quit()
}

function receiptOf(response: string): Receipt {
  const code = /^2\d\d/.exec(response)?.[0]
  if (code === undefined) throw new HubError('mssante.dropped')
  const queueId = /(?:queued as|id=|<)\s*([\w.@-]{4,120})/i.exec(response)?.[1]
  return queueId === undefined ? { code } : { code, reference: queueId }
}

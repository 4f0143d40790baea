/*
  Writes a delivery status notification. Pure.

    multipart/report; report-type=delivery-status => text/plain, message/delivery-status, text/rfc822-headers | message/rfc822
    Spec: RFC 3464, RFC 3461 6; the same report always has the same bytes
*/

export interface DeliveryReport {
  /** Message-ID of the report itself, without angle brackets. */
  id: string
  /** The sender of the mail, who gets the report. */
  from: string
  /** The recipient it is about. */
  to: string
  envid?: string
  orcpt?: string
  action: 'delivered' | 'failed'
  status: string
  /** `250 2.0.0 …`: the reply that decided. */
  reply: string
  arrivedAt: string
  dueAt: string
  /** RET=FULL: the whole mail; else its header. Latin-1 text, so that every byte is kept. */
  original: string
  isFull: boolean
}

export function writeDsn(report: DeliveryReport, domain: string): Buffer {
  const boundary = `=_rapport-${report.id.split('@')[0]}`
  const part = (type: string, body: string[]): string => [`--${boundary}`, `Content-Type: ${type}`, '', ...body, ''].join('\r\n')
  const parts = [
    part('text/plain; charset=utf-8', sentence(report)),
    part('message/delivery-status', [...messageFields(report, domain), '', ...recipientFields(report)]),
    part(report.isFull ? 'message/rfc822' : 'text/rfc822-headers', [report.original.trimEnd()]),
  ]
  return Buffer.from([...header(report, domain, boundary), '', parts.join(''), `--${boundary}--`, ''].join('\r\n'), 'latin1')
}

function header(report: DeliveryReport, domain: string, boundary: string): string[] {
  return [
    'Return-Path: <>',
    `Date: ${new Date(report.dueAt).toUTCString().replace('GMT', '+0000')}`,
    `From: Mail Delivery System <mailer-daemon@${domain}>`,
    `To: <${report.from}>`,
    `Subject: ${report.action === 'failed' ? 'Undelivered Mail Returned to Sender' : 'Successful Mail Delivery Report'}`,
    `Message-ID: <${report.id}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;`,
    `\tboundary="${boundary}"`,
  ]
}

function sentence(report: DeliveryReport): string[] {
  const outcome = report.action === 'failed' ? "n'a pas pu etre remis" : 'a ete remis'
  return [`Bac a sable MSSante : votre courriel a <${report.to}> ${outcome}.`, '', `    ${report.reply}`]
}

function messageFields(report: DeliveryReport, domain: string): string[] {
  const fields = [`Reporting-MTA: dns; ${domain}`]
  if (report.envid !== undefined) fields.push(`Original-Envelope-Id: ${report.envid}`)
  return [...fields, `Arrival-Date: ${new Date(report.arrivedAt).toUTCString().replace('GMT', '+0000')}`]
}

function recipientFields(report: DeliveryReport): string[] {
  const fields = [`Final-Recipient: rfc822; ${report.to}`]
  if (report.orcpt !== undefined) fields.push(`Original-Recipient: ${report.orcpt.replace(';', '; ')}`)
  // folded as real operators fold it
  return [
    ...fields,
    `Action: ${report.action}`,
    `Status: ${report.status}`,
    `Remote-MTA: dns; ${report.to.split('@')[1]}`,
    'Diagnostic-Code: smtp;',
    `    ${report.reply}`,
  ]
}

/*
  The reply codes a Z02 may name (list SMTPERRORCODE), and how a Diagnostic-Code becomes one of them.
*/
import { SMTP_ERRORS } from '../../profiles/hl7v2/tables.ts'

/**
 * In:     `smtp; 550 5.1.1 <…> User unknown`, `X-Postfix; …` or nothing.
 * Out:    the three digits of the reply if the list has them; else 554 for what failed, nothing for what is late.
 */
export function smtpCodeOf(diagnostic: string | undefined, action: 'failed' | 'delayed'): string | undefined {
  const reply = /^\s*smtp\s*;\s*(\d{3})\b/i.exec(diagnostic ?? '')?.[1]
  if (reply !== undefined && Object.hasOwn(SMTP_ERRORS, reply)) return reply
  return action === 'failed' ? '554' : undefined
}

/** The code of a refusal in the dialogue, as a Z02 names it. */
export function smtpCodeOfReply(reply: string | undefined): string {
  return reply !== undefined && Object.hasOwn(SMTP_ERRORS, reply) ? reply : '554'
}

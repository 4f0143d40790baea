/*
  The reply codes a Z02 may name (list SMTPERRORCODE), and how a Diagnostic-Code becomes one of them.
*/

const SMTP_ERROR_CODES: ReadonlySet<string> = new Set([
  '101',
  '111',
  '251',
  '252',
  '420',
  '421',
  '422',
  '431',
  '432',
  '441',
  '442',
  '450',
  '451',
  '452',
  '500',
  '501',
  '502',
  '503',
  '504',
  '510',
  '512',
  '513',
  '523',
  '530',
  '541',
  '550',
  '551',
  '552',
  '553',
  '554',
])

/**
 * In:     `smtp; 550 5.1.1 <…> User unknown`, `X-Postfix; …` or nothing.
 * Out:    the three digits of the reply if the list has them; else 554 for what failed, nothing for what is late.
 */
export function smtpCodeOf(diagnostic: string | undefined, action: 'failed' | 'delayed'): string | undefined {
  const reply = /^\s*smtp\s*;\s*(\d{3})\b/i.exec(diagnostic ?? '')?.[1]
  if (reply !== undefined && SMTP_ERROR_CODES.has(reply)) return reply
  return action === 'failed' ? '554' : undefined
}

/** The code of a refusal in the dialogue, as a Z02 names it. */
export function smtpCodeOfReply(reply: string | undefined): string {
  return reply !== undefined && SMTP_ERROR_CODES.has(reply) ? reply : '554'
}

/*
  Configuration of alerts: who is told, and from which moment something is an incident.
*/
import { z } from 'zod'

const seconds = z.int().min(0).max(86_400)
const territory = z.string().optional().describe('Only incidents of this territory, and those that concern the hub as a whole.')

const mailbox = z.strictObject({ address: z.email().describe('Its address.'), territory })

const webhook = z.strictObject({
  url: z.url().describe('Its URL: https at a public address, else see webhookAllow.'),
  secretFile: z.string().min(1).describe('File of the secret that signs each POST (X-Hub-Signature-256).'),
  territory,
})

export const alerts = z.strictObject({
  language: z.enum(['fr', 'en']).default('fr').describe('Language of the mails.'),
  mail: z.array(mailbox).default([]).describe('Mailboxes that are told, by the mail operator of connectors.mssante.'),
  webhooks: z.array(webhook).default([]).describe('Addresses that are told by POST.'),
  webhookAllow: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .default([])
    .describe('Addresses that webhooks may go to although they are not public, on any port and by http too.'),
  everySeconds: z.int().min(1).max(300).default(5).describe('How often the state of the hub is judged, seconds.'),
  endAfterSeconds: seconds.default(60).describe('An incident ends once its cause is gone for so long, seconds.'),
  laneParkedSeconds: seconds.default(300).describe('A parked lane is an incident after this time, seconds.'),
  partnerDownSeconds: seconds.default(60).describe('A partner that takes nothing is an incident after this time, seconds.'),
  partNotReadySeconds: seconds.default(30).describe('A part of the hub that is not ready is an incident after this time, seconds.'),
  certificateDays: z.int().min(1).max(365).default(30).describe('A certificate is an incident so long before its end, days.'),
  rejectedShare: z.number().gt(0).max(1).default(0.2).describe('A sender of whom this share is refused within an hour is an incident, 0 to 1.'),
  rejectedAtLeast: z.int().min(1).default(10).describe('Of fewer refused messages in that hour rejectedShare makes no incident.'),
  outboxEvents: z.int().min(1).default(1000).describe('More events than these that Kafka has not taken are an incident.'),
  freeDiskBytes: z.int().min(0).default(1_073_741_824).describe('Less free space of dataDir is an incident, bytes; doors close at limits.freeDiskBytes.'),
  timeZone: z.string().refine(isTimeZone, 'is no time zone').default('Europe/Paris').describe('Whose hours count for the silence of a feed, and in mails.'),
})

export type AlertConfig = z.infer<typeof alerts>

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/*
  Configuration of a partner: who it is, where what is for it goes, what is taken from it, and what is expected of its feed.
*/
import { z } from 'zod'
import { FORMER_PROFILES, type FormerProfile, ODDITIES } from '../profiles/tables/oddities.ts'
import { SERVICE_SECONDS } from './ledger/figures/service-hours.ts'

export const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/)
/** Those of Corsica begin with 2A and 2B. */
export const finess = z.string().regex(/^(\d{2}|2[AB])\d{7}$/)
export const address = z.strictObject({
  host: z.string().min(1).describe('Name or IP address.'),
  port: z.int().min(1).max(65535).describe('TCP port.'),
})

/** The one that holds where a partner says nothing: what a sender gives us is in a mailbox within a minute. */
export const MAIL_IN_A_MINUTE: ServiceLevel[] = [{ to: 'mssante', share: 0.99, seconds: 60, windowHours: 24, atLeast: 20 }]

const serviceLevel = z.strictObject({
  to: z
    .string()
    .regex(/^(mssante|platform|hospital|subscription|@[a-z0-9.-]+)$/)
    .describe('Where its flows go: a channel, or the mailboxes of one domain (`@medecin.mssante.fr`).'),
  share: z.number().gt(0).max(1).default(0.99).describe('Share that arrives in time, 0 to 1.'),
  seconds: z.literal(SERVICE_SECONDS).default(60).describe('In time: from the reception here to the arrival there, seconds.'),
  windowHours: z.int().min(1).max(744).default(24).describe('Measured over so long, whole hours.'),
  atLeast: z.int().min(1).default(20).describe('Below so many flows a level is shown and never missed.'),
})

export const partner = z.strictObject({
  id: id.describe('Name of the partner in logs, lanes and the monitor.'),
  kind: z.enum(['hospital', 'dac', 'gp-portal', 'social', 'cpts', 'platform']).describe('What the partner is.'),
  mshApplication: z.string().optional().describe('MSH-3 of its messages, MSH-5 of documents it is sent; without it and mshFacility it sends nothing.'),
  mshFacility: z.string().optional().describe('MSH-4 of its messages, MSH-6 of documents it is sent.'),
  finess: finess.optional().describe('FINESS number of its structure; needed beside topic and documents.'),
  territory: z.string().optional().describe('Territory its flows are counted in.'),
  acks: address.optional().describe('MLLP address that takes our business acknowledgements.'),
  documents: address
    .optional()
    .describe('MLLP address that takes the documents of others about the patients of its structure (finess), MDM of profile 1.1^CISIS_CDA_HL7_LPS.'),
  topic: z
    .string()
    .regex(/^hub\.partner\.[A-Za-z0-9._-]{1,64}$/)
    .optional()
    .describe(
      'Its own Kafka topic, `hub.partner.<id>`: the events that its structure (finess) may know of; the regional platform has its own in connectors.platform.',
    ),
  mssMatrix: z.enum(['lenient', 'strict']).default('lenient').describe('How combinations outside the MSSanté decision matrix are judged.'),
  a08: z.enum(['refused', 'as-z99']).default('refused').describe('A08, which PAM-FR forbids: refused, or taken as the Z99 that stands in its place.'),
  zbe: z.enum(['strict', 'lenient']).default('strict').describe('A ZBE whose fields stand one place beside: refused, or read where they stand.'),
  profiles: z
    .array(z.enum(Object.keys(FORMER_PROFILES) as [FormerProfile, ...FormerProfile[]]))
    .default([])
    .describe('Profiles of document messages before 2.1 that are taken too: 1.2, 2.0.'),
  oddities: z
    .array(z.enum(ODDITIES))
    .default([])
    .describe('What an older sender writes otherwise and is taken all the same, with a finding of that name; mappers/hl7v2/README.md lists them.'),
  certificate: z.string().optional().describe('SHA-256 of the client certificate, base64url; with TLS it names the partner.'),
  serviceLevels: z.array(serviceLevel).default(MAIL_IN_A_MINUTE).describe('What is promised for what it sends, by where it goes.'),
  silence: z
    .union([z.enum(['learned', 'off']), z.strictObject({ longestMinutes: z.int().min(1).max(44_640).describe('It may keep still for so long, minutes.') })])
    .default('learned')
    .describe('When its silence is an incident: `learned` from its own weeks, `off`, or after so long at any hour.'),
})

export type ServiceLevel = z.infer<typeof serviceLevel>

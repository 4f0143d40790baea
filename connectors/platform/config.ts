/*
  The settings of the regional platform connector.
*/
import { z } from 'zod'

export const config = z.strictObject({
  partner: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .describe('Id of the platform in the partner table.'),
  url: z.url({ protocol: /^https?$/ }).describe('Base URL of the FHIR API of the platform; the path of each notification is put behind it.'),
  timeoutMs: z.int().min(100).max(120_000).default(10_000).describe('Longest time for one whole request, milliseconds.'),
  topic: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,249}$/)
    .describe('Kafka topic of the platform, `hub.partner.<id>`; written by the bus of the gateway, not by this connector.'),
})

export type PlatformConfig = z.infer<typeof config>

/*
  The settings of the national directory connector.
*/
import { z } from 'zod'

export const config = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('Base URL of the FHIR API of the directory; `Practitioner` and `Organization` are asked under it.'),
  apiKeyFile: z.string().min(1).optional().describe('File with the key that is sent as ESANTE-API-KEY.'),
  timeoutMs: z.int().min(100).max(60_000).default(5000).describe('Longest time for one whole request, milliseconds.'),
  keepHours: z.int().min(1).max(720).default(24).describe('An answer is used again without asking for so long, hours.'),
  keepWhileAwayHours: z.int().min(1).max(8760).default(168).describe('While the directory is away an older answer serves for so long, hours.'),
})

export type DirectoryConfig = z.infer<typeof config>

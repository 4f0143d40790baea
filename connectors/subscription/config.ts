/*
  The settings of the connector that notifies subscribers.
*/
import { z } from 'zod'

const port = z.int().min(1).max(65_535)
const file = z.string().min(1)

export const config = z.strictObject({
  allow: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .default([])
    .describe('Addresses that may be notified although they are not public, on any port and by http too; for a sandbox, empty elsewhere.'),
  ports: z.array(port).min(1).default([443, 8443]).describe('Ports of public endpoints.'),
  closedPorts: z
    .array(port)
    .default([])
    .describe('Ports of allowed addresses that are never notified; those of the hub and its own parts are closed without being named.'),
  timeoutMs: z.int().min(100).max(14_000).default(10_000).describe('Longest time for one whole notification, milliseconds.'),
  maxAnswerBytes: z.int().min(0).max(1_048_576).default(65_536).describe('So many bytes of an answer are read, then the connection is dropped; none is kept.'),
  caFile: file.optional().describe('Authorities of the certificates of endpoints, PEM; those of the machine when absent.'),
  certFile: file.optional().describe('Certificate that the hub shows to endpoints, PEM; with keyFile.'),
  keyFile: file.optional().describe('Private key of certFile, PEM.'),
})

export type SubscriptionConfig = z.infer<typeof config>

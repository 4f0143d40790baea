/*
  The settings of the bus: where the brokers are, whom TLS trusts, and the hub's account there.
*/
import { z } from 'zod'

const file = z.string().min(1)
const broker = z.string().regex(/^[^:]+:\d+$/)

export const config = z.strictObject({
  brokers: z.array(broker).min(1).describe('Bootstrap servers, `host:port`.'),
  tls: z
    .strictObject({
      caFile: file.optional().describe('PEM file with the only authorities trusted; without it, those of Node.'),
      certFile: file.optional().describe('Certificate that the hub shows to the brokers, PEM; with keyFile.'),
      keyFile: file.optional().describe('Private key of certFile, PEM.'),
    })
    .optional()
    .describe('TLS to the brokers, its files read again at each connection; absent: plain TCP.'),
  sasl: z
    .strictObject({
      mechanism: z.enum(['scram-sha-512', 'scram-sha-256', 'plain']).default('scram-sha-512').describe('How the password is proved; `plain` needs tls.'),
      user: z.string().min(1).describe('Name of the account.'),
      passwordFile: file.describe('File that holds its password; read again at each connection.'),
    })
    .optional()
    .describe('The account of the hub at the brokers; absent: none.'),
})

export type BusConfig = z.infer<typeof config>

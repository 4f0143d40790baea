/*
  Configuration of the hospital connector.
*/
import { z } from 'zod'

const file = z.string().min(1)

export const config = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address the MLLP door listens on; elsewhere than on loopback it needs tls.'),
  port: z.int().min(1).max(65_535).default(2575).describe('TCP port of the MLLP door.'),
  maxConnections: z.int().min(1).max(10_000).default(200).describe('Connections at once; then an unfinished handshake gives way, else who comes.'),
  idleTimeoutMs: z.int().min(100).max(86_400_000).default(300_000).describe('Longest silence of a connection that waits for no answer, milliseconds.'),
  maxMessageBytes: z.int().min(1024).max(268_435_456).default(67_108_864).describe('Largest message, bytes; a larger one is refused while it comes in.'),
  maxBytesInFlight: z
    .int()
    .min(1_048_576)
    .max(4_294_967_296)
    .default(100_663_296)
    .describe('Bytes of all unanswered messages together; beyond it connections are not read.'),
  ackTimeoutMs: z.int().min(100).max(600_000).default(30_000).describe('How long a hospital may take to acknowledge what we send, milliseconds.'),
  tls: z
    .strictObject({
      certFile: file.describe('Path of our certificate chain, PEM.'),
      keyFile: file.describe('Path of our private key, PEM.'),
      caFile: file.describe('Path of the authorities whose certificates we take, PEM.'),
      crlFile: file.optional().describe('Lists of revoked certificates, PEM: one of each authority of a chain, none past its end, or nobody is taken.'),
    })
    .optional()
    .describe('TLS with client certificates, both ways; absent: plain TCP.'),
})

export type HospitalConfig = z.infer<typeof config>

/*
  `hub send FILE`: sends an ER7 file over MLLP and prints the acknowledgement, one segment per line. Exit code 0 for AA, 1 otherwise.
*/
import { readFileSync } from 'node:fs'
import { exchange } from '../../connectors/hospital/send.ts'
import { CommandError } from './command-error.ts'
import { readSandbox } from './sandbox.ts'

const TIMEOUT_MS = 60_000
const CR = 0x0d
const LF = 0x0a

export async function send(args: string[]): Promise<void> {
  const [path] = args
  if (path === undefined || args.length > 1) throw new CommandError('usage: hub send FILE')
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch {
    throw new CommandError(`${path} cannot be read`)
  }
  const { mllp } = readSandbox()
  const answer = await exchange(mllp, segmentsEndedByCr(bytes), { timeoutMs: TIMEOUT_MS }).catch(() => {
    throw new CommandError(`the hub does not answer at ${mllp.host}:${mllp.port}`)
  })
  const text = Buffer.from(answer).toString('utf8').replaceAll('\r', '\n').trimEnd()
  process.stdout.write(`${text}\n`)
  if (!/^MSA\|AA/m.test(text)) process.exitCode = 1
}

/** Files are written with LF or CRLF by editors; on the wire a segment ends with CR. */
function segmentsEndedByCr(bytes: Buffer): Buffer {
  if (!bytes.includes(LF)) return bytes
  const out = Buffer.alloc(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === LF && bytes[at - 1] === CR) continue
    out[length++] = byte === LF ? CR : (byte ?? 0)
  }
  return out.subarray(0, length)
}

/*
  W3C trace context: a traceparent is accepted where it is sound, made where it is absent, and carried to every part.
    traceparent = version "-" trace-id (32 hex) "-" parent-id (16 hex) "-" flags (2 hex); all-zero ids are void
*/
import { randomUUID } from 'node:crypto'

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** A new trace. */
export function newTraceparent(): string {
  return `00-${randomUUID().replaceAll('-', '')}-${newSpan()}-01`
}

/** The second half of a UUIDv4: never all zero, and drawn by Node for many at once. */
const newSpan = (): string => randomUUID().replaceAll('-', '').slice(16)

/** The same trace under a span of our own; a new trace if the caller's is absent or unsound. */
export function continueTrace(received: string | undefined): string {
  const match = received === undefined ? null : FORM.exec(received)
  const [, version, trace, parent, flags, rest] = match ?? []
  const isSound =
    version !== undefined && version !== 'ff' && !(version === '00' && rest !== undefined) && trace !== '0'.repeat(32) && parent !== '0'.repeat(16)
  return isSound ? `00-${trace}-${newSpan()}-${flags}` : newTraceparent()
}

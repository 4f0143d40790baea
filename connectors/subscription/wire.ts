/*
  What goes over the wire to a subscriber: one Bundle by POST, with the headers it asked for.

    POST <endpoint>   content-type: application/fhir+json   traceparent   <channel.header>*
      2xx             → taken
      anything else   → refused, or later: faults.ts says which, the gateway how long
*/

/** One notification, rendered by the gateway; the same on every attempt. */
export interface NotificationPayload {
  endpoint: string
  /** `Name: value`, as the subscriber wrote them; they may hold a secret. */
  headers: readonly string[]
  json: string
  /** application/fhir+json unless said. */
  contentType?: string
}

/** Said by the hub itself, or by the connection: a subscriber does not set them. */
const RESERVED = /^(host|content-.*|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|traceparent|accept.*)$/i

/** `Name: value`. Out: undefined where it is none, or one that is not the subscriber's to set. */
export function readHeader(line: string): [string, string] | undefined {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}):[ \t]*([\x20-\x7e]{0,2048})$/.exec(line) ?? []
  return name === '' || RESERVED.test(name) ? undefined : [name, value.trim()]
}

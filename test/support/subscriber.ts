/*
  A subscriber's endpoint on 127.0.0.1: what it received, in order; it can refuse for a while.
*/
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Bundle, Parameters, ParametersParameter } from 'fhir/r4.js'
import type { CertificateFiles } from './certificates.ts'

export interface Notified {
  headers: IncomingHttpHeaders
  text: string
  bundle: Bundle
  /** handshake, heartbeat, event-notification */
  type: string
  /** The subscriber's number of the event. */
  number?: number
  /** `CarePlan/<id>` */
  focus?: string
  person?: string
  at: Date
  /** What it was answered. */
  status: number
}

export interface Subscriber {
  endpoint: string
  received: Notified[]
  /** The events it took, in the order in which it took them. */
  events(): Notified[]
  /** 0: it takes the connection and says nothing. */
  answer(status: number, headers?: Record<string, string>): void
  close(): void
}

/** In: the certificate it shows, where it is told by https. */
export async function openSubscriber(shown?: CertificateFiles): Promise<Subscriber> {
  const received: Notified[] = []
  let answer = 200
  let answers: Record<string, string> = {}
  const take: RequestListener = async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    received.push({ headers: request.headers, text, ...read(text), at: new Date(), status: answer })
    if (answer > 0) response.writeHead(answer, answers).end()
  }
  const server = shown === undefined ? createServer(take) : createTls({ cert: readFileSync(shown.certFile), key: readFileSync(shown.keyFile) }, take)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `${shown === undefined ? 'http' : 'https'}://127.0.0.1:${port}/notified`,
    received,
    events: () => received.filter(one => one.type === 'event-notification' && one.status >= 200 && one.status < 300),
    answer: (status, headers = {}) => {
      answer = status
      answers = headers
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function read(text: string): Pick<Notified, 'bundle' | 'type' | 'number' | 'focus' | 'person'> {
  const bundle = JSON.parse(text) as Bundle
  const parameters = (bundle.entry?.[0]?.resource as Parameters | undefined)?.parameter ?? []
  const named = (list: readonly ParametersParameter[], name: string): ParametersParameter | undefined => list.find(one => one.name === name)
  const event = named(parameters, 'notification-event')?.part ?? []
  const number = named(event, 'event-number')?.valueString
  const focus = named(event, 'focus')?.valueReference?.reference
  const person = named(event, 'additional-context')?.valueReference?.reference
  return {
    bundle,
    type: named(parameters, 'type')?.valueCode ?? '',
    ...(number === undefined ? {} : { number: Number(number) }),
    ...(focus === undefined ? {} : { focus }),
    ...(person === undefined ? {} : { person }),
  }
}

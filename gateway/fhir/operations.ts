/*
  The operations on one resource: by GET or POST, at the door and in the entries of a bundle. Which type has which stands in the table of served types.
*/
import { callerOf, type Caller } from '../request.ts'
import { diffText } from './diff.ts'
import { indicatorsText } from './indicators.ts'
import { requireJson, sendPage } from './negotiate.ts'
import { callParameters } from './operation-call.ts'
import type { Access, Answer, FhirParts } from './parts.ts'
import { everythingPage } from './search/everything.ts'
import { requireId } from './types.ts'

interface Operation {
  action: Access['action']
  text(parts: FhirParts, caller: Caller, asked: { id: string; sent: URLSearchParams }): Promise<string>
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  $everything: { action: 'everything', text: everythingPage },
  $diff: { action: 'diff', text: diffText },
  $indicateurs: { action: 'indicators', text: indicatorsText },
}

export const answerOperation =
  ({ text }: Operation): Answer =>
  async (parts, request, response) => {
    const sent = callParameters(request)
    requireJson(request, sent.get('_format'))
    sendPage(response, await text(parts, callerOf(request), { id: requireId(request.params['id']), sent }))
  }

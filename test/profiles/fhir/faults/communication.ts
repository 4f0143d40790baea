/*
  Faults of Communication (fhir-fr.md 2.6).
*/
import { ANY, add, extension, type Fault, faultsOf, hub, HUB, KEYED, type Row, swap, to, without } from './fault.ts'

const OUTSIDE = extension('hub-ext-mss-address', { valueString: 'dr.exemple@ailleurs.fr' })
const EMPTY = { url: `${HUB}StructureDefinition/hub-ext-mss-address` }

const COMMON: Row[] = [
  ...ANY,
  ['status is mandatory', 'status', 'required', without('/status')],
  ['category min', 'category', 'required', without('/category')],
  ['subject type', 'subject', 'structure', swap('/subject', to('Group/g-1'))],
  ['sent min', 'sent', 'required', without('/sent')],
  ['sender min', 'sender', 'required', without('/sender')],
  ['recipient min', 'recipient', 'required', without('/recipient')],
  ['payload min', 'payload', 'required', without('/payload')],
  ['a payload has a content', 'payload[0].content', 'required', swap('/payload/0', { id: 'vide' })],
  ['hub-com-2', '', 'invariant', swap('/status', 'not-done')],
]

const address = (end: 'recipient[0]' | 'sender', path: string): Row[] => [
  [`${end.replace('[0]', '')}.extension:address min`, `${end}.extension`, 'required', without(`${path}/extension`)],
  [
    `${end.replace('[0]', '')}.extension:address max`,
    `${end}.extension`,
    'structure',
    add(`${path}/extension/-`, extension('hub-ext-mss-address', { valueString: 'b@exemple.mssante.fr' })),
  ],
  [`hub-com-1 on ${end.replace('[0]', '')}`, end, 'invariant', swap(`${path}/extension/0`, OUTSIDE)],
]

export const COMMUNICATION: Record<string, Fault[]> = {
  'hub-communication-cercle': faultsOf('Communication', [
    ...COMMON,
    ['status is one of an event', 'status', 'code-invalid', swap('/status', 'sent')],
    ['category binding', 'category[0]', 'code-invalid', swap('/category/0', hub('NOUVELLE'))],
    ['category binding (a code of something else)', 'category[0]', 'code-invalid', swap('/category/0', hub('PPCS'))],
    ['subject min', 'subject', 'required', without('/subject')],
    ['about type', 'about[0]', 'structure', swap('/about/0', to('Consent/co-1'))],
    ['inResponseTo is a message', 'inResponseTo[0]', 'structure', swap('/inResponseTo/0', to('Task/t-1'))],
    ['recipient type', 'recipient[0]', 'structure', swap('/recipient/0', to('Practitioner/mt'))],
    ['hub-com-1 on recipient', 'recipient[1]', 'invariant', add('/recipient/1/extension', [OUTSIDE])],
    ['hub-com-1 on sender', 'sender', 'invariant', add('/sender/extension', [OUTSIDE])],
  ]),
  'hub-communication-mssante': faultsOf('Communication', [
    ...COMMON,
    ...KEYED,
    ['extension:messageId max', 'extension', 'structure', add('/extension/-', extension('hub-ext-mss-message-id', { valueString: 'm-89@exemple.mssante.fr' }))],
    ['hub-ext-mss-message-id value[x] type', 'extension[0]', 'structure', swap('/extension/0', extension('hub-ext-mss-message-id', { valueUri: 'mid:m-88' }))],
    ['status binding', 'status', 'code-invalid', swap('/status', 'on-hold')],
    ['medium min', 'medium', 'required', without('/medium')],
    ['medium max', 'medium', 'structure', add('/medium/-', hub('MESSAGE'))],
    ['medium value', 'medium[0]', 'value', swap('/medium/0/coding/0/code', 'APICRYPT')],
    ['topic min', 'topic', 'required', without('/topic')],
    [
      'recipient max',
      'recipient',
      'structure',
      add('/recipient/-', { ...to('PractitionerRole/ide-1'), extension: [extension('hub-ext-mss-address', { valueString: 'ide@exemple.mssante.fr' })] }),
    ],
    ['hub-ext-mss-address value[x] min', 'sender.extension[0].value', 'required', swap('/sender/extension/0', EMPTY)],
    ...address('recipient[0]', '/recipient/0'),
    ...address('sender', '/sender'),
  ]),
}

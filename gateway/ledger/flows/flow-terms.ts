/*
  The terms a flow is found by, written behind the acceptance by the roll-ups: (number of the term, message id) is one index, in the order of a list.
    of a message      documentType   code (of its refusal)   finding   path
    of what it sent   channel   to (recipient, and the domain of a mailbox)   code (of what failed, was stopped or never sent)
*/
import { ID_SLACK, PARTNER_OF_DELIVERY } from '../figures/rollup-facts.ts'

export type TermName = 'documentType' | 'code' | 'finding' | 'path' | 'channel' | 'to'

/** A place without the number of its repetition: `OBX[2]-5` is found as `OBX-5`. */
export const placeOf = (path: string): string => `regexp_replace(${path}, '\\[\\d+\\]', '', 'g')`

const INSERT = 'insert into flow_term (term, id) select distinct flow_term_of(t.name, t.value), t.id'
const END = 'where t.value is not null on conflict do nothing'

const ofMessages = (which: string): string => `${INSERT} from (
  select 'documentType' as name, m.document_type as value, m.id from message m where ${which}
  union all select 'code', r->>'code', m.id from message m cross join lateral jsonb_array_elements(m.refused_with) r where ${which}
  union all select 'finding', f->>'code', m.id from message m cross join lateral jsonb_array_elements(m.findings) f where ${which}
  union all select 'path', ${placeOf("f->>'path'")}, m.id
    from message m cross join lateral jsonb_array_elements(m.findings || coalesce(m.refused_with, '[]')) f where ${which}
) t ${END}`

/** A personal mailbox is known by its domain alone: its local part is a number of a person. */
const ofDeliveries = (which: string): string => `${INSERT} from (
  select n.name, n.value, e.cause as id
  from delivery d join decision x on x.delivery_id = d.id join event e on e.id = x.event_id join message m on m.id = e.cause
  cross join lateral (values
    ('channel', case when d.status <> 'none' then d.channel end),
    ('to', case when d.status <> 'none' and d.recipient not like '%@patient.%' then d.recipient end),
    ('to', case when d.status <> 'none' then ${PARTNER_OF_DELIVERY} end),
    ('code', case when d.settled_at is not null then d.code end)) n (name, value)
  where ${which}
) t ${END}`

const DURING = `m.id >= flow_id_at($1) and m.id < flow_id_at($2::timestamptz + ${ID_SLACK}) and m.received_at >= $1 and m.received_at < $2`

/** Of the messages received in [$1, $2). */
export const TERMS_OF_MESSAGES = ofMessages(DURING)
/** Of the deliveries planned in [$1, $2). */
export const TERMS_OF_DELIVERIES = ofDeliveries('d.planned_at >= $1 and d.planned_at < $2')
/** Of the messages $1 that changed. */
export const TERMS_OF_CHANGED_MESSAGES = ofMessages('m.id = any($1::uuid[])')
/** Of the deliveries $1 that changed. */
export const TERMS_OF_CHANGED_DELIVERIES = ofDeliveries('d.id = any($1::uuid[])')

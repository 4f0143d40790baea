/*
  Who received what a message brought, and who did not: for each delivery that was planned or refused its level, its rule, why, and what to do.
*/
import type { Tx } from '../../ledger/db.ts'
import { deliveriesOf } from '../../ledger/deliveries/deliveries-asked.ts'
import { shownRecipient } from '../../ledger/lanes/lane-list.ts'
import type { Asked } from '../asked.ts'
import { type Said, sentenceOfError } from '../sentences.ts'
import { ofDelivery, sentenceOf, type Why } from '../why.ts'

export interface RecipientShown extends Pick<Why, 'received' | 'code' | 'level' | 'rule'> {
  id: string
  recipient: string
  channel: string
  /** The member of the circle it was for. */
  member: string | null
  status: string
  /** The exact error of the last attempt. */
  error: string | null
  errorSentence?: Said
  /** Why, and what to do. */
  sentence: Said
}

export async function recipientsOf(tx: Tx, asked: Pick<Asked, 'isExpired'>, eventIds: readonly string[]): Promise<RecipientShown[]> {
  const deliveries = await deliveriesOf(tx, eventIds)
  const shown = deliveries.map(delivery => {
    const why = ofDelivery(asked, delivery.recipient, delivery)
    const { received, code, level, rule } = why
    const errorSentence = delivery.code === null ? undefined : sentenceOfError(delivery.code)
    return {
      id: delivery.id,
      recipient: shownRecipient(delivery.recipient),
      channel: delivery.channel,
      member: delivery.member,
      status: delivery.status,
      received,
      code,
      level,
      rule,
      error: delivery.code,
      ...(errorSentence === undefined ? {} : { errorSentence }),
      sentence: sentenceFor(why, delivery.status),
    }
  })
  // Whoever went without it comes first.
  return shown.sort((one, other) => Number(one.received) - Number(other.received) || one.recipient.localeCompare(other.recipient))
}

/** On its way is no failure yet. */
const UNDER_WAY: Readonly<Record<string, Said>> = {
  planned: { en: 'It is about to be sent: nothing is to be done.', fr: 'L’envoi est imminent : il n’y a rien à faire.' },
  sending: { en: 'It is being sent: nothing is to be done.', fr: 'L’envoi est en cours : il n’y a rien à faire.' },
  sent: { en: 'It was sent; the receipt is awaited.', fr: 'Envoyé ; l’accusé de réception est attendu.' },
  unconfirmed: {
    en: 'It was sent, and no receipt came in time: ask the recipient whether he has it.',
    fr: 'Envoyé, mais aucun accusé n’est venu à temps : demandez au destinataire s’il l’a reçu.',
  },
}

const sentenceFor = (why: Why, status: string): Said =>
  why.code === 'partner.down' && why.reason === undefined ? (UNDER_WAY[status] ?? sentenceOf(why)) : sentenceOf(why)

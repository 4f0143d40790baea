/*
  Why somebody did not receive something: the closed list (design 7), and what to do about it, in two languages.
*/

interface Row {
  en: string
  fr: string
}

export const NON_RECEIPT = {
  'consent.opposed': { en: 'The person opposes this recipient: ask the person, or wait for the opposition to be withdrawn.', fr: 'La personne s’oppose à ce destinataire : voyez avec elle, ou attendez le retrait de l’opposition.' },
  'circle.not-member': { en: 'Nothing links this recipient to the person: add him to the active care circle, and record that the person was informed.', fr: 'Rien ne lie ce destinataire à la personne : ajoutez-le au cercle de soins actif et consignez l’information de la personne.' },
  'flag.masked': { en: 'The sender hides the document from this recipient: ask the sender to change its visibility.', fr: 'L’émetteur masque le document à ce destinataire : demandez-lui d’en changer la visibilité.' },
  'mailbox.none': { en: 'This recipient has neither a secure mailbox nor software: register his MSSanté address in the directory.', fr: 'Ce destinataire n’a ni boîte MSSanté ni logiciel : enregistrez son adresse MSSanté à l’annuaire.' },
  'mailbox.closed': { en: 'The mailbox refuses mail: ask the recipient for his present address.', fr: 'La boîte refuse le courriel : demandez au destinataire son adresse actuelle.' },
  'identity.quarantined': { en: 'The identity is not sure: the identity cell of the sender has to decide.', fr: 'L’identité n’est pas sûre : la cellule d’identitovigilance de l’émetteur doit trancher.' },
  'lane.parked': { en: 'The lane of this recipient is held: look at its reason, then resume it.', fr: 'La file de ce destinataire est arrêtée : voyez-en la raison, puis relancez-la.' },
  'partner.down': { en: 'The partner does not answer yet: the hub goes on trying; call the partner if it lasts.', fr: 'Le partenaire ne répond pas encore : le hub réessaie ; appelez-le si cela dure.' },
  'subscription.none': { en: 'The software of this recipient follows nothing: create or reactivate its Subscription.', fr: 'Le logiciel de ce destinataire n’est abonné à rien : créez ou réactivez son abonnement.' },
  'certificate.expired': { en: 'The certificate of this client has expired: have it renewed and registered.', fr: 'Le certificat de ce client a expiré : faites-le renouveler et enregistrer.' },
  'dmp.not-connected': { en: 'This hub does not feed the national record: the sender feeds it himself.', fr: 'Ce hub n’alimente pas le DMP : l’émetteur l’alimente lui-même.' },
} as const satisfies Record<string, Row>

export type NonReceipt = keyof typeof NON_RECEIPT

export const RECEIVED = { en: 'Received: nothing is left to do.', fr: 'Reçu : il n’y a rien à faire.' }

/** What a member of a circle chose for himself: nothing is wrong, and nothing is to be mended. */
export const CHOSEN = {
  daily: { en: 'This member is told once a day: it leaves with the mail of that hour, and nothing is to be done.', fr: 'Ce membre est informé une fois par jour : l’envoi part à l’heure dite, il n’y a rien à faire.' },
  unwanted: { en: 'This member does not want to be told of this kind of event: his entry in the circle says so.', fr: 'Ce membre ne souhaite pas être informé de ce type d’évènement : son entrée dans le cercle le dit.' },
} as const satisfies Record<string, Row>

/** By the beginning of the rule that decided, the most particular first. */
const BY_RULE: readonly [string, NonReceipt][] = [
  ['consent.opposed', 'consent.opposed'],
  ['mailbox.closed', 'mailbox.closed'],
  ['mailbox.', 'mailbox.none'],
  ['citizen-address.', 'mailbox.none'],
  ['subscription.', 'subscription.none'],
  ['identity.', 'identity.quarantined'],
  ['dmp.', 'dmp.not-connected'],
  ['flag.', 'flag.masked'],
]

export const codeOfRule = (rule: string): NonReceipt => BY_RULE.find(([start]) => rule.startsWith(start))?.[1] ?? 'circle.not-member'

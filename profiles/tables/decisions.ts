/*
  Who sees and who receives what, as a table: the first row whose conditions all hold decides. The last row has none, so there is always a decision.
    complet everything · restreint what concerns the recipient · minimal "a change occurred" · aucun nothing
  Rows about a `party` hold for every door alike: a read, a search, a subscription, a mail. Source: fhir-fr.md 2.5, 4.3, 4.4.
*/

export type Level = 'complet' | 'restreint' | 'minimal' | 'aucun'

/** What a decision about somebody who may know the person rests on. */
export interface RightsFacts {
  recipient: 'party'
  /** The person himself, his legal representative, or anybody else. */
  relation: 'self' | 'guard' | 'none'
  isProfessional: boolean
  /** The identity is in conflict or quarantine. */
  isSetApart: boolean
  /** An opposition in force names him, his structure, one above it, his circle or nobody, and takes in what is looked at. */
  isOpposed: boolean
  /** His structure wrote it or keeps it. */
  isAuthor: boolean
  /** What is looked at is a consent; he is one of those who may read it. */
  isConsent: boolean
  isConsentReader: boolean
  /** It is an opposition that names him. */
  isConsentAgainst: boolean
  /** The person was informed, or agreed to be accompanied. */
  isInformed: boolean
  /** As a current member of the active circle. */
  memberLevel: Level
  /** As the one a Task or a request was delivered to. */
  addressedLevel: Level
  /** As the one a message or a document was sent to. */
  messageLevel: Level
  /** As one whom the person named outside the circle, for this purpose. */
  partageLevel: Level
  /** A health professional who says why he breaks the glass. */
  isEmergency: boolean
  /** The configuration lets an emergency go before an opposition. */
  isEmergencyFirst: boolean
  masquePs: boolean
  invisiblePatient: boolean
  invisibleRepLegaux: boolean
}

/** Everything a decision may rest on. A new fact is added here, then rows that use it. */
export type Facts = MessageFacts | RightsFacts

/** What a decision about a recipient of a message or an event rests on. */
export interface MessageFacts {
  /**
   * professional: a PS, structure or application mailbox; patient: a citizen mailbox; sender: who gave us the message;
   * platform: the regional platform, of a document; topic: its Kafka topic, of an event of care.
   */
  recipient: 'professional' | 'patient' | 'dmp' | 'platform' | 'topic' | 'sender'
  identity: 'qualifiee' | 'validee' | 'recuperee' | 'provisoire' | 'conflit'
  /** The sender of the document names this recipient (PRT RCT), or the configuration gives it an address. */
  isNamed: boolean
  /** The DEST* or ACK_* flag of this recipient says Y. */
  isRequested: boolean
  masquePs: boolean
  invisiblePatient: boolean
  invisibleRepLegaux: boolean
  /** The person is under 18 on the day of the message: a legal representative reads the citizen mailbox. */
  isMinor: boolean
  /** The citizen address is the qualified matricule of this person, key included. */
  isOwnAddress: boolean
  /** The person opposes sharing with whom the mailbox belongs to, or with everyone; of the national record, its feeding. */
  isOpposed?: boolean
  /** He was mailed an earlier version of the document. */
  isEarlier?: boolean
}

type All = Omit<MessageFacts, 'recipient'> & Omit<RightsFacts, 'recipient'> & { recipient: Facts['recipient'] }
type Condition = { readonly [Name in keyof All]?: readonly All[Name][] }

/** The facts that are levels. */
export type LevelFact = 'memberLevel' | 'addressedLevel' | 'messageLevel' | 'partageLevel'

interface DecisionRow {
  rule: string
  /** Or the fact that says it. */
  level: Level | LevelFact
  when: Condition
  /** Read by the monitor and by `hub why`. */
  text: string
}

const row = <const Row extends DecisionRow>(entry: Row): Row => entry

const PARTY = ['party'] as const
const SOME = ['minimal', 'restreint', 'complet'] as const

export const DECISIONS = [
  row({ rule: 'identity.quarantined', level: 'aucun', when: { recipient: PARTY, isSetApart: [true], isAuthor: [false], addressedLevel: ['aucun'] }, text: 'The identity is not sure: it stays with who brought it and with who was asked to care.' }),
  row({ rule: 'flag.masked', level: 'aucun', when: { recipient: PARTY, isProfessional: [true], masquePs: [true] }, text: 'The document is hidden from professionals.' }),
  row({ rule: 'flag.invisible-patient', level: 'aucun', when: { recipient: PARTY, relation: ['self', 'guard'], invisiblePatient: [true] }, text: 'The document is not shown to the person.' }),
  row({ rule: 'flag.invisible-rep-legaux', level: 'aucun', when: { recipient: PARTY, relation: ['guard'], invisibleRepLegaux: [true] }, text: 'The document is not shown to legal representatives.' }),
  row({ rule: 'person.self', level: 'complet', when: { recipient: PARTY, relation: ['self'] }, text: 'The person reads his own record.' }),
  row({ rule: 'person.guard', level: 'complet', when: { recipient: PARTY, relation: ['guard'] }, text: 'The legal representative reads for the person.' }),
  row({ rule: 'consent.opposed', level: 'aucun', when: { recipient: PARTY, isConsentAgainst: [true] }, text: 'Whom the person refuses by name sees nothing of that refusal, even if he wrote it down.' }),
  row({ rule: 'author.own-record', level: 'complet', when: { recipient: PARTY, isOpposed: [true], isAuthor: [true] }, text: 'The person opposes, and each structure keeps what it wrote.' }),
  row({ rule: 'emergency.break-glass', level: 'complet', when: { recipient: PARTY, isOpposed: [true], isConsent: [false], isEmergency: [true], isEmergencyFirst: [true] }, text: 'The person opposes, and the configuration lets an emergency go first.' }),
  row({ rule: 'consent.opposed', level: 'aucun', when: { recipient: PARTY, isOpposed: [true] }, text: 'The person opposes sharing with this recipient.' }),
  row({ rule: 'consent.reader', level: 'complet', when: { recipient: PARTY, isConsent: [true], isConsentReader: [true] }, text: 'A consent is read by the structure that collected it, the DAC and the médecin traitant.' }),
  row({ rule: 'author.wrote', level: 'complet', when: { recipient: PARTY, isAuthor: [true] }, text: 'His structure wrote it, or keeps it.' }),
  row({ rule: 'task.addressed', level: 'addressedLevel', when: { recipient: PARTY, isConsent: [true], addressedLevel: SOME }, text: 'The agreement of what was delivered to him.' }),
  row({ rule: 'consent.not-reader', level: 'aucun', when: { recipient: PARTY, isConsent: [true] }, text: 'Nobody else reads a consent.' }),
  row({ rule: 'circle.member', level: 'memberLevel', when: { recipient: PARTY, memberLevel: ['complet'], isInformed: [true] }, text: 'A current member of the circle of a person who was informed.' }),
  row({ rule: 'emergency.break-glass', level: 'complet', when: { recipient: PARTY, isSetApart: [false], isEmergency: [true] }, text: 'A health professional in an emergency, who says why: whatever part of it he sees otherwise.' }),
  row({ rule: 'task.addressed', level: 'addressedLevel', when: { recipient: PARTY, addressedLevel: SOME }, text: 'It was delivered to him: a Task or a request, what it is about, the person’s identity and contacts.' }),
  row({ rule: 'message.addressed', level: 'messageLevel', when: { recipient: PARTY, messageLevel: SOME }, text: 'It was sent to him.' }),
  row({ rule: 'circle.member', level: 'memberLevel', when: { recipient: PARTY, memberLevel: ['restreint', 'minimal'], isInformed: [true] }, text: 'A current member of the circle, at the level it says.' }),
  row({ rule: 'consent.partage', level: 'partageLevel', when: { recipient: PARTY, partageLevel: SOME }, text: 'The person consents to share with him, for this purpose.' }),
  row({ rule: 'circle.not-informed', level: 'aucun', when: { recipient: PARTY, memberLevel: SOME }, text: 'The person was not informed: each member sees what his structure wrote.' }),
  row({ rule: 'circle.not-member', level: 'aucun', when: { recipient: PARTY }, text: 'Nothing links him to the person.' }),
  row({ rule: 'ack.no-address', level: 'aucun', when: { recipient: ['sender'], isNamed: [false] }, text: 'The configuration gives the sender no address for acknowledgements.' }),
  row({ rule: 'ack.requested', level: 'complet', when: { recipient: ['sender'], isRequested: [true] }, text: 'The sender asked to be told.' }),
  row({ rule: 'ack.not-requested', level: 'aucun', when: { recipient: ['sender'] }, text: 'The sender did not ask to be told.' }),
  row({ rule: 'identity.quarantined', level: 'aucun', when: { identity: ['conflit'] }, text: 'The identity is in conflict: nothing leaves before the identity cell decides.' }),
  row({ rule: 'consent.opposed', level: 'aucun', when: { recipient: ['dmp'], isOpposed: [true] }, text: 'The person opposes the feeding of the national record (ZFA-9 = IO).' }),
  row({ rule: 'dmp.not-connected', level: 'aucun', when: { recipient: ['dmp'] }, text: 'This hub does not feed the national record.' }),
  row({ rule: 'flag.masked', level: 'aucun', when: { recipient: ['professional'], masquePs: [true] }, text: 'The sender hides the document from professionals.' }),
  row({ rule: 'flag.invisible-patient', level: 'aucun', when: { recipient: ['patient'], invisiblePatient: [true] }, text: 'The sender hides the document from the person.' }),
  row({ rule: 'flag.invisible-rep-legaux', level: 'aucun', when: { recipient: ['patient'], invisibleRepLegaux: [true], isMinor: [true] }, text: 'The sender hides the document from the legal representatives of a minor.' }),
  row({ rule: 'consent.opposed', level: 'aucun', when: { recipient: ['professional', 'platform', 'topic'], isOpposed: [true] }, text: 'The person opposes sharing with this recipient, also where the sender names him.' }),
  row({ rule: 'flag.not-requested', level: 'aucun', when: { recipient: ['professional', 'patient'], isRequested: [false] }, text: 'The sender asks for no mail to recipients of this kind.' }),
  row({ rule: 'identity.unqualified', level: 'aucun', when: { recipient: ['patient'], identity: ['validee', 'recuperee', 'provisoire'] }, text: 'A citizen mailbox needs a qualified INS.' }),
  row({ rule: 'citizen-address.invalid', level: 'aucun', when: { recipient: ['patient'], isOwnAddress: [false] }, text: 'The citizen address is not the matricule of this person.' }),
  row({ rule: 'identity.quarantined', level: 'aucun', when: { recipient: ['platform', 'topic'], identity: ['recuperee', 'provisoire'] }, text: 'An identity that nobody verified takes part in no fan-out.' }),
  row({ rule: 'platform.declared', level: 'complet', when: { recipient: ['platform'], isNamed: [true] }, text: 'The platform of the territory is told of every event of a person who does not refuse it.' }),
  row({ rule: 'platform.topic', level: 'complet', when: { recipient: ['topic'] }, text: 'The platform of the territory follows every event of care on its own topic.' }),
  row({ rule: 'sender.named', level: 'complet', when: { recipient: ['professional', 'patient'], isNamed: [true] }, text: 'The sender of the document names this recipient.' }),
  row({ rule: 'version.earlier', level: 'complet', when: { recipient: ['professional', 'patient'], isEarlier: [true] }, text: 'He was mailed an earlier version of the document: he is told that it changed.' }),
  row({ rule: 'recipient.unknown', level: 'aucun', when: {}, text: 'No rule gives this recipient anything.' }),
] as const

export type DecisionRule = (typeof DECISIONS)[number]['rule']

/*
  Who receives what, as a table: the first row whose conditions all hold decides. The last row has none, so there is always a decision.
    complet everything · restreint what concerns the recipient · minimal "a change occurred" · aucun nothing
*/

export type Level = 'complet' | 'restreint' | 'minimal' | 'aucun'

/** Everything a decision may rest on. A new fact is added here, then rows that use it. */
export interface Facts {
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
}

type Condition = { readonly [Name in keyof Facts]?: readonly Facts[Name][] }

interface DecisionRow {
  rule: string
  level: Level
  when: Condition
  /** Read by the monitor and by `hub why`. */
  text: string
}

const row = <const Row extends DecisionRow>(entry: Row): Row => entry

export const DECISIONS = [
  row({ rule: 'ack.no-address', level: 'aucun', when: { recipient: ['sender'], isNamed: [false] }, text: 'The configuration gives the sender no address for acknowledgements.' }),
  row({ rule: 'ack.requested', level: 'complet', when: { recipient: ['sender'], isRequested: [true] }, text: 'The sender asked to be told.' }),
  row({ rule: 'ack.not-requested', level: 'aucun', when: { recipient: ['sender'] }, text: 'The sender did not ask to be told.' }),
  row({ rule: 'identity.quarantined', level: 'aucun', when: { identity: ['conflit'] }, text: 'The identity is in conflict: nothing leaves before the identity cell decides.' }),
  row({ rule: 'dmp.not-connected', level: 'aucun', when: { recipient: ['dmp'] }, text: 'This hub does not feed the national record.' }),
  row({ rule: 'flag.masked', level: 'aucun', when: { recipient: ['professional'], masquePs: [true] }, text: 'The sender hides the document from professionals.' }),
  row({ rule: 'flag.invisible-patient', level: 'aucun', when: { recipient: ['patient'], invisiblePatient: [true] }, text: 'The sender hides the document from the person.' }),
  row({ rule: 'flag.invisible-rep-legaux', level: 'aucun', when: { recipient: ['patient'], invisibleRepLegaux: [true], isMinor: [true] }, text: 'The sender hides the document from the legal representatives of a minor.' }),
  row({ rule: 'flag.not-requested', level: 'aucun', when: { recipient: ['professional', 'patient'], isRequested: [false] }, text: 'The sender asks for no mail to recipients of this kind.' }),
  row({ rule: 'identity.unqualified', level: 'aucun', when: { recipient: ['patient'], identity: ['validee', 'recuperee', 'provisoire'] }, text: 'A citizen mailbox needs a qualified INS.' }),
  row({ rule: 'citizen-address.invalid', level: 'aucun', when: { recipient: ['patient'], isOwnAddress: [false] }, text: 'The citizen address is not the matricule of this person.' }),
  row({ rule: 'identity.quarantined', level: 'aucun', when: { recipient: ['platform', 'topic'], identity: ['recuperee', 'provisoire'] }, text: 'An identity that nobody verified takes part in no fan-out.' }),
  row({ rule: 'platform.declared', level: 'complet', when: { recipient: ['platform'], isNamed: [true] }, text: 'The platform of the territory is told of every event.' }),
  row({ rule: 'platform.topic', level: 'complet', when: { recipient: ['topic'] }, text: 'The platform of the territory follows every event of care on its own topic.' }),
  row({ rule: 'sender.named', level: 'complet', when: { recipient: ['professional', 'patient'], isNamed: [true] }, text: 'The sender of the document names this recipient.' }),
  row({ rule: 'recipient.unknown', level: 'aucun', when: {}, text: 'No rule gives this recipient anything.' }),
] as const

export type DecisionRule = (typeof DECISIONS)[number]['rule']

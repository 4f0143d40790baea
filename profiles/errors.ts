/*
  The closed table of everything that can go wrong in the hub, and the one error class.
  A row says who must act: reject = the sender changes something, retry = the same bytes may pass later, defect = ours.
*/
import type { Issue } from './issues.ts'

export type ErrorKind = 'reject' | 'retry' | 'defect'

interface ErrorRow {
  kind: ErrorKind
  /** MSA-1 answered when the error refuses an HL7v2 message. */
  msa: 'AE' | 'AR'
  /** HL7 table 0357, the ERR-3 code. */
  err3: string
  /** Application code of ERR-5, only beside 207. */
  err5?: string
  http: number
  /** FHIR issue type of an OperationOutcome. */
  issue: string
  /** One plain sentence, without any value. */
  text: string
  /** The same in French, where the FHIR door may answer with it. */
  fr?: string
  spec?: string
}

const row = <const Row extends ErrorRow>(entry: Row): Row => entry

export const ERRORS = {
  // HL7v2, syntax
  'hl7v2.not_hl7': row({ kind: 'reject', msa: 'AE', err3: '100', http: 400, issue: 'structure', text: 'The bytes are not an HL7v2 message: no readable MSH segment.' }),
  'hl7v2.too_large': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 413, issue: 'too-costly', text: 'The message is larger than the hub accepts.' }),
  'hl7v2.framing': row({ kind: 'reject', msa: 'AE', err3: '100', http: 400, issue: 'structure', text: 'The message breaks off: another one begins inside its frame.' }),
  'hl7v2.charset': row({ kind: 'reject', msa: 'AE', err3: '102', http: 400, issue: 'value', text: 'The bytes are not in the character set that MSH-18 declares.' }),
  'hl7v2.charset_unknown': row({ kind: 'reject', msa: 'AE', err3: '103', http: 400, issue: 'code-invalid', text: 'MSH-18 names a character set this profile does not use.' }),
  'hl7v2.segment_order': row({ kind: 'reject', msa: 'AE', err3: '100', http: 400, issue: 'structure', text: 'A segment stands where the grammar does not allow it.' }),
  'hl7v2.segment_missing': row({ kind: 'reject', msa: 'AE', err3: '100', http: 400, issue: 'required', text: 'A required segment is missing.' }),
  'hl7v2.field_missing': row({ kind: 'reject', msa: 'AE', err3: '101', http: 400, issue: 'required', text: 'A required field is missing.' }),
  'hl7v2.data_type': row({ kind: 'reject', msa: 'AE', err3: '102', http: 400, issue: 'value', text: 'A value does not have the form of its data type.' }),
  'hl7v2.table_value': row({ kind: 'reject', msa: 'AE', err3: '103', http: 400, issue: 'code-invalid', text: 'A code is not in the table of its field.' }),
  'hl7v2.cardinality': row({ kind: 'reject', msa: 'AE', err3: '198', http: 400, issue: 'structure', text: 'An element occurs more or fewer times than allowed.' }),
  'hl7v2.incoherent_action': row({ kind: 'reject', msa: 'AE', err3: '199', http: 422, issue: 'business-rule', text: 'Trigger, ORC-1, OBX-11, TXA-13 and the CDA do not ask for the same action.' }),
  'hl7v2.incoherent_type': row({ kind: 'reject', msa: 'AE', err3: '199', http: 422, issue: 'business-rule', text: 'OBR-4, OBX-3 and TXA-2 do not name the same document type.' }),
  'hl7v2.message_type': row({ kind: 'reject', msa: 'AE', err3: '200', http: 400, issue: 'not-supported', text: 'This message type is not taken here.' }),
  'hl7v2.event': row({ kind: 'reject', msa: 'AE', err3: '201', http: 400, issue: 'not-supported', text: 'This trigger event is not taken here.' }),
  'hl7v2.processing': row({ kind: 'reject', msa: 'AE', err3: '202', http: 400, issue: 'not-supported', text: 'MSH-11 is none of P, T and D, or says to a hub in production that this is a trial.' }),
  'hl7v2.version': row({ kind: 'reject', msa: 'AE', err3: '203', http: 400, issue: 'not-supported', text: 'MSH-12 is not the HL7 version of this message kind.' }),
  'hl7v2.profile': row({ kind: 'reject', msa: 'AE', err3: '203', http: 400, issue: 'not-supported', text: 'MSH-21 names a profile version that is not taken here.' }),
  'hl7v2.field_forbidden': row({ kind: 'reject', msa: 'AE', err3: '198', http: 400, issue: 'structure', text: 'A field that the profile forbids is filled.' }),
  'hl7v2.shifted': row({ kind: 'reject', msa: 'AE', err3: '199', http: 400, issue: 'structure', text: 'From this field on the fields of the segment stand one place beside where they belong.' }),
  'hl7v2.unstorable': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'value', text: 'The message holds a value that the ledger cannot keep: too long, or out of range.' }),
  // HL7v2, application
  'identity.same': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'business-rule', text: 'A person cannot be merged into himself.' }),
  'identity.unknown': row({ kind: 'reject', msa: 'AE', err3: '204', http: 404, issue: 'not-found', text: 'No such person is known here.' }),
  'identity.merged': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 409, issue: 'conflict', text: 'This person was merged into another one already.' }),
  'identity.not_merged': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 409, issue: 'conflict', text: 'This person was not merged into another one.' }),
  'identity.stronger': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 409, issue: 'business-rule', text: 'The one that would be replaced is qualified and the other one is not.' }),
  'identity.two_persons': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 409, issue: 'business-rule', text: 'Two qualified INS with different traits are two persons.' }),
  'identity.waiting': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'Something older about the same person is not done yet.', fr: 'Un message plus ancien sur la même personne n’est pas terminé.' }),
  'movement.incoherent': row({ kind: 'reject', msa: 'AE', err3: '199', http: 422, issue: 'business-rule', text: 'The trigger, ZBE-4 and ZBE-6 do not ask for the same.' }),
  'movement.unknown': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'not-found', text: 'ZBE-1 names no movement that was accepted here.' }),
  'movement.not_current': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'business-rule', text: 'Only the current movement of a stay can be cancelled.' }),
  'sender.unknown': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 403, issue: 'forbidden', text: 'MSH-3 and MSH-4 belong to no partner of this hub.' }),
  'sender.certificate': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 403, issue: 'forbidden', text: 'MSH-3 and MSH-4 do not belong to the partner of the client certificate.' }),
  'document.base64': row({ kind: 'reject', msa: 'AE', err3: '102', http: 400, issue: 'value', text: 'The document is not readable base64.' }),
  'document.not_cda': row({ kind: 'reject', msa: 'AE', err3: '102', http: 400, issue: 'structure', text: 'The document is not a well-formed CDA.' }),
  'document.doctype': row({ kind: 'reject', msa: 'AE', err3: '102', http: 400, issue: 'structure', text: 'The document carries a DOCTYPE, which is never read.' }),
  'document.too_large': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 413, issue: 'too-costly', text: 'The document is larger than 25 MB.' }),
  'document.too_deep': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'too-costly', text: 'The document is nested deeper than 200 elements.' }),
  'document.too_many_elements': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'too-costly', text: 'The document holds more than 200 000 elements, or 256 attributes in one.' }),
  'document.header': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'required', text: 'The CDA header lacks its patient identifier, author or custodian.' }),
  'document.other_patient': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'business-rule', text: 'PID-3 and the recordTarget of the CDA are not the same person.' }),
  'document.other_id': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'business-rule', text: 'TXA-12 or TXA-13 is not the identifier of the CDA.' }),
  'document.not_latest': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '900', http: 409, issue: 'conflict', text: 'Only the latest version of a document can be replaced or deleted.' }),
  'document.never_seen': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '900', http: 409, issue: 'conflict', text: 'A document that was never received cannot be deleted.' }),
  'document.cycle': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '900', http: 409, issue: 'conflict', text: 'A document replaces itself, or one of its own later versions.' }),
  'document.other_author': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '901', http: 403, issue: 'forbidden', text: 'Only the organisation that sent a document can replace or delete it.' }),
  'document.pair': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'business-rule', text: 'Two documents of one message are an N1 and an N3 of the same content, each with its own identifier.' }),
  'document.format_missing': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'business-rule', text: 'The document was sent in two formats: both are replaced or deleted together.' }),
  'document.same_id_other_bytes': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 409, issue: 'duplicate', text: 'A document of this identifier is known with other content.' }),
  'dmp.type': row({ kind: 'reject', msa: 'AE', err3: '103', http: 422, issue: 'code-invalid', text: 'This document type cannot go to the DMP.' }),
  'dmp.sender_missing': row({ kind: 'reject', msa: 'AE', err3: '101', http: 422, issue: 'required', text: 'A document for the DMP needs its sender (PRT SB) with a professional or device and an organisation.' }),
  'dmp.identity': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '903', http: 422, issue: 'business-rule', text: 'A document for the DMP needs a qualified INS.' }),
  'mss.matrix': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 422, issue: 'business-rule', text: 'This combination of visibility and recipients is outside the MSSanté decision matrix.' }),
  'mss.recipient_missing': row({ kind: 'reject', msa: 'AE', err3: '101', http: 422, issue: 'required', text: 'A mail is asked for, but no PRT RCT names a recipient of that kind.' }),
  'mss.too_many_recipients': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '906', http: 413, issue: 'too-costly', text: 'The message names more than 200 recipients (PRT RCT): each would get a mail of its own.' }),
  'mss.address': row({ kind: 'reject', msa: 'AE', err3: '102', http: 422, issue: 'value', text: 'A recipient is no MSSanté address.' }),
  'insi.identity_missing': row({ kind: 'reject', msa: 'AE', err3: '207', err5: '902', http: 422, issue: 'business-rule', text: 'The person cannot be identified.' }),
  // doors
  'hub.busy': row({ kind: 'retry', msa: 'AR', err3: '207', err5: '906', http: 503, issue: 'transient', text: 'The hub is busy; send the same message again later.', fr: 'Le hub est occupé ; renvoyez le même message plus tard.' }),
  'ledger.unavailable': row({ kind: 'retry', msa: 'AR', err3: '207', err5: '906', http: 503, issue: 'transient', text: 'The ledger cannot be reached; send the same message again later.', fr: 'Le registre est inaccessible ; renvoyez le même message plus tard.' }),
  'ledger.disk_full': row({ kind: 'retry', msa: 'AR', err3: '207', err5: '906', http: 503, issue: 'transient', text: 'The hub is short of disk space; send the same message again later.', fr: 'Le hub manque d’espace disque ; renvoyez le même message plus tard.' }),
  'ledger.clock': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'The clock has gone on by days since retention was last applied: nothing is dropped for a week. Is it right?', fr: 'L’horloge a avancé de plusieurs jours depuis la dernière application des durées de conservation : rien n’est supprimé pendant une semaine. Est-elle juste ?' }),
  'ledger.lease_lost': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'Another process holds this lane now.', fr: 'Un autre processus traite cette file.' }),
  'lane.moved': row({ kind: 'reject', msa: 'AE', err3: '207', http: 409, issue: 'conflict', text: 'This lane is no longer as you saw it: somebody acted on it, or it has gone on by itself.', fr: 'Cette file n’est plus telle que vous l’avez vue : quelqu’un est intervenu, ou elle a repris d’elle-même.' }),
  'lane.busy': row({ kind: 'reject', msa: 'AE', err3: '207', http: 409, issue: 'conflict', text: 'An attempt is being made in this lane at this moment; look again.', fr: 'Une tentative est en cours dans cette file ; regardez à nouveau.' }),
  'replay.too_many': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'too-costly', text: 'More messages match than one replay takes: narrow the filter.', fr: 'Plus de messages répondent au filtre qu’un rejeu n’en prend : resserrez-le.' }),
  'replay.moved': row({ kind: 'reject', msa: 'AE', err3: '207', http: 409, issue: 'conflict', text: 'This replay is in another state: somebody commits or has stopped it already.', fr: 'Ce rejeu est dans un autre état : quelqu’un le valide ou l’a déjà arrêté.' }),
  'replay.changed': row({ kind: 'reject', msa: 'AE', err3: '207', http: 409, issue: 'conflict', text: 'What is stored has changed since it was shown.', fr: 'Ce qui est enregistré a changé depuis la simulation.' }),
  'replay.mapping_changed': row({ kind: 'reject', msa: 'AE', err3: '207', http: 409, issue: 'conflict', text: 'The mappers make something else than what was shown.', fr: 'Les convertisseurs produisent autre chose que ce qui a été montré.' }),
  'replay.not_stored': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'business-rule', text: 'The message waits in its lane: today’s mappers make it at its turn, without a replay.', fr: 'Le message attend dans sa file : les convertisseurs d’aujourd’hui le traiteront à son tour, sans rejeu.' }),
  'replay.refused_message': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'business-rule', text: 'The message was refused when it came: nothing was made of it; its sender corrects it and sends it again.', fr: 'Le message a été refusé à sa réception : rien n’en a été fait ; son émetteur le corrige et le renvoie.' }),
  'replay.set_aside': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'business-rule', text: 'The message was set aside: take it up again on the page of the lanes, then replay it.', fr: 'Le message a été mis de côté : reprenez-le depuis la page des files, puis rejouez-le.' }),
  'replay.report': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'business-rule', text: 'A report of a mail is a fact of its moment, kept with the sending it is about: nothing is made of it.', fr: 'Un accusé de messagerie est un constat de son moment, gardé avec l’envoi concerné : rien n’en est refait.' }),
  'replay.identity_change': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'business-rule', text: 'A change of identity is applied to the person as known when it comes, and what follows rests on it: it is not made again. A correction is a new message of the hospital or the identity cell’s; one that is parked is resumed on the page of the lanes.', fr: 'Un changement d’identité s’applique à la personne telle qu’elle est connue à son arrivée, et la suite s’appuie dessus : il n’est pas refait. Une correction vient de l’établissement ou de la cellule d’identitovigilance ; s’il est en panne, relancez-le depuis la page des files.' }),
  'replay.not_mapped': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'business-rule', text: 'A message of this kind is a decision of its moment: it is not made again.', fr: 'Un message de cette nature est une décision de son moment : il n’est pas refait.' }),
  'replay.overtaken': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'business-rule', text: 'A later message has told the same anew: that one is replayed.', fr: 'Un message plus récent a redit la même chose : c’est lui qui est rejoué.' }),
  'replay.lane_parked': row({ kind: 'reject', msa: 'AE', err3: '207', http: 409, issue: 'conflict', text: 'The lane of its person is parked: resume it, then commit again.', fr: 'La file de cette personne est en panne : relancez-la, puis validez à nouveau.' }),
  'replay.body_gone': row({ kind: 'reject', msa: 'AE', err3: '207', http: 410, issue: 'not-found', text: 'The bytes of the message are past their retention.', fr: 'Les octets du message ont dépassé leur durée de conservation.' }),
  // store
  'store.unavailable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'The FHIR store cannot be reached.', fr: 'L’entrepôt FHIR est inaccessible.' }),
  'store.conflict': row({ kind: 'retry', msa: 'AR', err3: '207', http: 409, issue: 'conflict', text: 'The FHIR store met a concurrent change.', fr: 'L’entrepôt FHIR a rencontré une modification simultanée.' }),
  'store.version_conflict': row({ kind: 'reject', msa: 'AE', err3: '207', http: 412, issue: 'conflict', text: 'The resource has changed since it was read.', fr: 'La ressource a changé depuis sa lecture.' }),
  'store.refused': row({ kind: 'defect', msa: 'AE', err3: '207', http: 500, issue: 'exception', text: 'The FHIR store refused what the hub made.', fr: 'L’entrepôt FHIR a refusé ce que le hub a produit.' }),
  'store.not_found': row({ kind: 'reject', msa: 'AE', err3: '207', http: 404, issue: 'not-found', text: 'There is no such resource.', fr: 'Cette ressource n’existe pas.' }),
  // bus
  'bus.unavailable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'Kafka cannot be reached.', fr: 'Kafka est inaccessible.' }),
  'bus.too_large': row({ kind: 'reject', msa: 'AE', err3: '207', http: 413, issue: 'too-long', text: 'The event is larger than Kafka takes.', fr: 'L’évènement dépasse ce que Kafka accepte.' }),
  // hospital connector
  'hospital.unreachable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The hospital does not take our connection.', fr: 'L’établissement n’accepte pas notre connexion.' }),
  'hospital.no_answer': row({ kind: 'retry', msa: 'AR', err3: '207', http: 504, issue: 'timeout', text: 'The hospital did not acknowledge in time.', fr: 'L’établissement n’a pas acquitté à temps.' }),
  'hospital.dropped': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The hospital broke off the connection instead of acknowledging this message.', fr: 'L’établissement a rompu la connexion au lieu d’acquitter ce message.' }),
  'hospital.deferred': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The hospital answered AR: later.', fr: 'L’établissement a répondu AR : plus tard.' }),
  'hospital.refused': row({ kind: 'reject', msa: 'AE', err3: '207', http: 502, issue: 'processing', text: 'The hospital answered AE: it does not take this acknowledgement.', fr: 'L’établissement a répondu AE : il n’accepte pas cet acquittement.' }),
  // mail connector
  'mssante.unreachable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The mail operator does not take our connection.', fr: 'L’opérateur MSSanté n’accepte pas notre connexion.' }),
  'mssante.deferred': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The mail operator asks to try again later (4xx).', fr: 'L’opérateur MSSanté demande de réessayer plus tard (4xx).' }),
  'mssante.dropped': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The mail operator broke off, or said nothing, while this mail was handed over.', fr: 'L’opérateur MSSanté a rompu la connexion, ou n’a rien répondu, pendant la remise de ce courriel.' }),
  'mssante.refused': row({ kind: 'reject', msa: 'AE', err3: '207', http: 502, issue: 'processing', text: 'The mail operator refused the mail (5xx).', fr: 'L’opérateur MSSanté a refusé le courriel (5xx).' }),
  'mssante.auth': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'security', text: 'The mail operator refused our credentials.', fr: 'L’opérateur MSSanté a refusé nos identifiants.' }),
  'mssante.report_unreadable': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'structure', text: 'A mail in our mailbox is no report the hub can read.', fr: 'Un courriel de notre boîte n’est pas un compte rendu que le hub sache lire.' }),
  'mssante.report_unknown': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'not-found', text: 'A report belongs to no mail of this hub.', fr: 'Un compte rendu ne correspond à aucun courriel de ce hub.' }),
  // platform connector
  'platform.unreachable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The regional platform does not take our connection.', fr: 'La plateforme régionale n’accepte pas notre connexion.' }),
  'platform.deferred': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The regional platform asks to try again later.', fr: 'La plateforme régionale demande de réessayer plus tard.' }),
  'platform.refused': row({ kind: 'reject', msa: 'AE', err3: '207', http: 502, issue: 'processing', text: 'The regional platform refused the notification.', fr: 'La plateforme régionale a refusé la notification.' }),
  // directory connector
  'directory.unreachable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The national directory does not answer.', fr: 'L’annuaire national ne répond pas.' }),
  'directory.refused': row({ kind: 'reject', msa: 'AE', err3: '207', http: 502, issue: 'processing', text: 'The national directory refused the question, or its answer cannot be read.', fr: 'L’annuaire national a refusé la question, ou sa réponse est illisible.' }),
  // subscription connector
  'subscription.endpoint': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'value', text: 'Notifications do not go to such an endpoint: https, on a port that is open for it.', fr: 'Aucune notification ne part vers une telle adresse : https, sur un port prévu.' }),
  'subscription.endpoint_private': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'business-rule', text: 'The endpoint leads elsewhere than to a public network.', fr: 'L’adresse de notification ne mène pas à un réseau public.' }),
  'subscription.deferred': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The subscriber did not take the notification; it is tried again.', fr: 'L’abonné n’a pas pris la notification ; elle est retentée.' }),
  'subscription.certificate': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'security', text: 'The certificate of the subscriber is not valid, or no longer.', fr: 'Le certificat de l’abonné n’est pas valide, ou ne l’est plus.' }),
  'subscription.certificate_expired': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'security', text: 'The certificate of the subscriber has expired: he has to renew it.', fr: 'Le certificat de l’abonné a expiré : il doit le renouveler.' }),
  'subscription.certificate_early': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'security', text: 'The certificate of the subscriber is not valid yet: look at its dates, and at the clocks.', fr: 'Le certificat de l’abonné n’est pas encore valide : vérifiez ses dates et les horloges.' }),
  'subscription.certificate_host': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'security', text: 'The certificate of the subscriber bears another name than his endpoint: he has to change one of the two.', fr: 'Le certificat de l’abonné porte un autre nom que son adresse de notification : il doit changer l’un des deux.' }),
  'subscription.certificate_issuer': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'security', text: 'No authority known to the hub signed the certificate of the subscriber: he sends the whole chain, or the authority is added to caFile.', fr: 'Aucune autorité connue du hub n’a signé le certificat de l’abonné : il envoie toute la chaîne, ou l’autorité est ajoutée à caFile.' }),
  'subscription.certificate_revoked': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'security', text: 'The certificate of the subscriber was revoked: he has to replace it.', fr: 'Le certificat de l’abonné a été révoqué : il doit le remplacer.' }),
  'subscription.certificate_own': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'security', text: 'The subscriber does not accept the certificate of the hub: look at certFile, and at the authorities he trusts.', fr: 'L’abonné n’accepte pas le certificat du hub : vérifiez certFile et les autorités auxquelles il se fie.' }),
  'subscription.redirected': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'processing', text: 'The subscriber answers with a redirect, which no notification follows: his Subscription has to name the final address.', fr: 'L’abonné répond par une redirection, qu’aucune notification ne suit : son abonnement doit nommer l’adresse finale.' }),
  'subscription.refused': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'processing', text: 'The subscriber refuses the notification: he has to look at the path, the header and the rights of his Subscription.', fr: 'L’abonné refuse la notification : il doit vérifier le chemin, l’en-tête et les droits de son abonnement.' }),
  'subscription.throttled': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'throttled', text: 'The subscriber asks for fewer notifications: the hub waits for as long as he says.', fr: 'L’abonné demande moins de notifications : le hub attend le temps qu’il demande.' }),
  'subscription.unavailable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 502, issue: 'transient', text: 'The software of the subscriber is out of order: call its publisher if it lasts.', fr: 'Le logiciel de l’abonné est en panne : appelez son éditeur si cela dure.' }),
  'subscription.gone': row({ kind: 'reject', msa: 'AE', err3: '207', http: 502, issue: 'not-found', text: 'The subscriber says that his endpoint is gone for good: he has to create his Subscription again, at the new address.', fr: 'L’abonné dit que son adresse de notification n’existe plus : il doit recréer son abonnement à la nouvelle adresse.' }),
  'subscription.too_large': row({ kind: 'reject', msa: 'AE', err3: '207', http: 502, issue: 'too-long', text: 'The notification is larger than the subscriber takes: he reads the resource by REST, and asks for id-only from now on.', fr: 'La notification dépasse ce que prend l’abonné : il lit la ressource par REST et demande désormais id-only.' }),
  'subscription.given_up': row({ kind: 'reject', msa: 'AE', err3: '207', http: 502, issue: 'timeout', text: 'The subscriber took nothing for too long; its subscription is in error.', fr: 'L’abonné n’a rien pris depuis trop longtemps ; son abonnement est en erreur.' }),
  // monitor
  'monitor.role': row({ kind: 'reject', msa: 'AE', err3: '207', http: 403, issue: 'forbidden', text: 'Your role in the monitor does not allow this.', fr: 'Votre rôle dans le moniteur ne le permet pas.' }),
  'monitor.session_ended': row({ kind: 'reject', msa: 'AE', err3: '207', http: 401, issue: 'login', text: 'You are not logged in, or your session has ended.', fr: 'Vous n’êtes pas connecté, ou votre session a pris fin.' }),
  'monitor.csrf': row({ kind: 'reject', msa: 'AE', err3: '207', http: 403, issue: 'security', text: 'X-CSRF-Token is not that of your session.', fr: 'X-CSRF-Token n’est pas celui de votre session.' }),
  'monitor.login': row({ kind: 'reject', msa: 'AE', err3: '207', http: 403, issue: 'login', text: 'This login cannot be used: it is too old or was begun elsewhere, or the identity provider gives you no role here.', fr: 'Cette connexion est inutilisable : elle est trop ancienne ou a été commencée ailleurs, ou le fournisseur d’identité ne vous donne pas de rôle ici.' }),
  // partners
  'partner.paused': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'The partner is held: what is for it waits.', fr: 'Le partenaire est suspendu : ce qui lui est destiné attend.' }),
  'partner.state': row({ kind: 'reject', msa: 'AE', err3: '207', http: 409, issue: 'conflict', text: 'The partner is in that state already: somebody else was faster.', fr: 'Le partenaire est déjà dans cet état : quelqu’un d’autre a été plus rapide.' }),
  'monitor.provider_unreachable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'The identity provider does not answer; try again in a moment.', fr: 'Le fournisseur d’identité ne répond pas ; réessayez dans un instant.' }),
  // FHIR door
  'fhir.no_token': row({ kind: 'reject', msa: 'AE', err3: '207', http: 401, issue: 'login', text: 'This needs a bearer token.', fr: 'Un jeton d’accès est nécessaire.' }),
  'fhir.token_invalid': row({ kind: 'reject', msa: 'AE', err3: '207', http: 401, issue: 'login', text: 'The bearer token is not one of this hub.', fr: 'Le jeton d’accès n’est pas de ce hub.' }),
  'fhir.token_expired': row({ kind: 'reject', msa: 'AE', err3: '207', http: 401, issue: 'expired', text: 'The bearer token has expired.', fr: 'Le jeton d’accès a expiré.' }),
  'fhir.scope': row({ kind: 'reject', msa: 'AE', err3: '207', http: 403, issue: 'forbidden', text: 'The scopes of the token do not allow this.', fr: 'Les droits du jeton ne le permettent pas.' }),
  'fhir.level': row({ kind: 'reject', msa: 'AE', err3: '207', http: 403, issue: 'forbidden', text: 'The level of access to this person does not allow this.', fr: 'Le niveau d’accès à cette personne ne le permet pas.' }),
  'fhir.search_unbound': row({ kind: 'reject', msa: 'AE', err3: '207', http: 403, issue: 'forbidden', text: 'A search names a person, a resource, or one’s own place; add one of the parameters listed.', fr: 'Une recherche nomme une personne, une ressource ou sa propre place ; ajoutez un des paramètres indiqués.' }),
  'fhir.purpose': row({ kind: 'reject', msa: 'AE', err3: '207', http: 403, issue: 'forbidden', text: 'The token does not allow this purpose.', fr: 'Le jeton ne permet pas cette finalité.' }),
  'fhir.type_unknown': row({ kind: 'reject', msa: 'AE', err3: '207', http: 404, issue: 'not-supported', text: 'This resource type is not served.', fr: 'Ce type de ressource n’est pas servi.' }),
  'fhir.parameter_unknown': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'not-supported', text: 'This search parameter is not served.', fr: 'Ce paramètre de recherche n’est pas servi.' }),
  'fhir.not_acceptable': row({ kind: 'reject', msa: 'AE', err3: '207', http: 406, issue: 'not-supported', text: 'Only JSON is served.', fr: 'Seul le JSON est servi.' }),
  'fhir.method': row({ kind: 'reject', msa: 'AE', err3: '207', http: 405, issue: 'not-supported', text: 'This method is not served here.', fr: 'Cette méthode n’est pas servie ici.' }),
  'fhir.throttled': row({ kind: 'reject', msa: 'AR', err3: '207', http: 429, issue: 'throttled', text: 'Too many requests; try again later.', fr: 'Trop de requêtes ; réessayez plus tard.' }),
  'fhir.url_too_long': row({ kind: 'reject', msa: 'AE', err3: '207', http: 414, issue: 'too-costly', text: 'The address is longer than 4 KB; send the search as a form to _search.', fr: 'L’adresse dépasse 4 Ko ; envoyez la recherche en formulaire à _search.' }),
  'fhir.media_type': row({ kind: 'reject', msa: 'AE', err3: '207', http: 415, issue: 'invalid', text: 'The content type of the request is not taken here.', fr: 'Le type de contenu de la requête n’est pas accepté ici.' }),
  'fhir.deleted': row({ kind: 'reject', msa: 'AE', err3: '207', http: 410, issue: 'deleted', text: 'The resource has been deleted.', fr: 'La ressource a été supprimée.' }),
  'fhir.path_unknown': row({ kind: 'reject', msa: 'AE', err3: '207', http: 404, issue: 'not-found', text: 'Nothing is served at this address.', fr: 'Rien n’est servi à cette adresse.' }),
  'fhir.request': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'invalid', text: 'The request cannot be understood.', fr: 'La requête est incompréhensible.' }),
  'fhir.body_json': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'invalid', text: 'The body is not JSON.', fr: 'Le corps n’est pas du JSON.' }),
  'fhir.body_utf8': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'invalid', text: 'The body is not UTF-8.', fr: 'Le corps n’est pas de l’UTF-8.' }),
  'fhir.body_duplicate_key': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'invalid', text: 'A key stands twice in the same object.', fr: 'Une clé figure deux fois dans le même objet.' }),
  'fhir.body_depth': row({ kind: 'reject', msa: 'AE', err3: '207', http: 413, issue: 'too-costly', text: 'The body is nested too deeply.', fr: 'Le corps est trop profondément imbriqué.' }),
  'fhir.body_type': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'invalid', text: 'The body has no resourceType, or another one than the address.', fr: 'Le corps n’a pas de resourceType, ou un autre que celui de l’adresse.' }),
  'fhir.too_large': row({ kind: 'reject', msa: 'AE', err3: '207', http: 413, issue: 'too-costly', text: 'The body or a resource in it is larger than the hub takes.', fr: 'Le corps, ou une ressource qu’il contient, dépasse la taille admise.' }),
  'fhir.too_many_entries': row({ kind: 'reject', msa: 'AE', err3: '207', http: 413, issue: 'too-costly', text: 'The bundle has more entries than the hub takes.', fr: 'Le Bundle compte plus d’entrées que le hub n’en accepte.' }),
  'fhir.invalid': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'invariant', text: 'The content does not keep the rules of its profile.', fr: 'Le contenu ne respecte pas les règles de son profil.' }),
  'fhir.business_rule': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'business-rule', text: 'A rule of the care path refuses this.', fr: 'Une règle du parcours s’y oppose.' }),
  'fhir.reference_unknown': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'not-found', text: 'A reference leads to nobody.', fr: 'Une référence ne désigne personne.' }),
  'fhir.provenance_missing': row({ kind: 'reject', msa: 'AE', err3: '207', http: 422, issue: 'required', text: 'This write needs a Provenance.', fr: 'Cette écriture exige une Provenance.' }),
  'fhir.if_match_missing': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'required', text: 'This write needs If-Match with the version that was read.', fr: 'Cette écriture exige If-Match avec la version lue.' }),
  'fhir.if_none_exist_missing': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'required', text: 'This creation needs If-None-Exist: search before you create.', fr: 'Cette création exige If-None-Exist : il faut chercher avant de créer.' }),
  'fhir.multiple_matches': row({ kind: 'reject', msa: 'AE', err3: '207', http: 412, issue: 'multiple-matches', text: 'The condition is met by several resources.', fr: 'Plusieurs ressources remplissent la condition.' }),
  'fhir.duplicate': row({ kind: 'reject', msa: 'AE', err3: '207', http: 409, issue: 'duplicate', text: 'There is such a resource already.', fr: 'Une telle ressource existe déjà.' }),
  'fhir.conflict': row({ kind: 'reject', msa: 'AE', err3: '207', http: 409, issue: 'conflict', text: 'This contradicts what is stored.', fr: 'Ceci contredit ce qui est enregistré.' }),
  'fhir.undecided': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'The same write is not decided yet; ask again.', fr: 'La même écriture n’est pas encore tranchée ; demandez à nouveau.' }),
  'fhir.page_altered': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'invalid', text: 'This is no page link of this hub.', fr: 'Ceci n’est pas un lien de page de ce hub.' }),
  'fhir.page_foreign': row({ kind: 'reject', msa: 'AE', err3: '207', http: 403, issue: 'forbidden', text: 'This page link was given to another client.', fr: 'Ce lien de page a été donné à un autre client.' }),
  'fhir.page_expired': row({ kind: 'reject', msa: 'AE', err3: '207', http: 410, issue: 'not-found', text: 'This page link has expired; search again.', fr: 'Ce lien de page a expiré ; relancez la recherche.' }),
  'oauth.client': row({ kind: 'reject', msa: 'AE', err3: '207', http: 401, issue: 'login', text: 'The client assertion is not valid.' }),
  'oauth.grant': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'invalid', text: 'The subject is nobody this hub can give a token to.' }),
  'oauth.subject_token': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'invalid', text: 'The subject token is not valid here.' }),
  'oauth.keys_unavailable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'The public keys that verify this request cannot be fetched; ask again.' }),
  'oauth.request': row({ kind: 'reject', msa: 'AE', err3: '207', http: 400, issue: 'invalid', text: 'The token request cannot be understood.' }),
  // configuration and ourselves
  'config.invalid': row({ kind: 'reject', msa: 'AE', err3: '207', http: 500, issue: 'exception', text: 'The configuration is not valid.', fr: 'La configuration n’est pas valide.' }),
  'config.unreadable': row({ kind: 'retry', msa: 'AR', err3: '207', http: 503, issue: 'transient', text: 'A file that the configuration names cannot be read, or not used, at this moment: it is tried again. hub check-config says which.', fr: 'Un fichier que la configuration nomme ne peut être lu, ou employé, en ce moment : une nouvelle tentative aura lieu. hub check-config dit lequel.' }),
  'mapping.impossible': row({ kind: 'defect', msa: 'AE', err3: '207', http: 500, issue: 'exception', text: 'The message was accepted but cannot be mapped.', fr: 'Le message a été accepté mais ne peut pas être transformé.' }),
  'hub.defect': row({ kind: 'defect', msa: 'AR', err3: '207', err5: '906', http: 500, issue: 'exception', text: 'The hub met a defect of its own.', fr: 'Le hub a rencontré un défaut qui lui est propre.' }),
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof ERRORS

/** An error of the closed table: a code and a place, never a value. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly code: ErrorCode
  /** Where in the message, document or configuration: `PID-3`, `OBX[2]-5`, `ClinicalDocument/author`. */
  readonly path: string | undefined
  /** The dependency that is away (hapi, kafka, mail, …): its breaker opens, no attempt is counted. */
  readonly dependency: string | undefined
  /** The partner's own reply code (`452`, `AE`, `422`), never its text. */
  readonly reply: string | undefined
  /** How long to wait before the next attempt, where that is known. */
  readonly retryAfterMs: number | undefined
  /** Every finding, where there may be many: an OperationOutcome lists them instead of the one of the code. */
  readonly issues: readonly Issue[]
  /** Of a version conflict: the version that is the current one. */
  readonly version: string | undefined
  /** About whom it was, `Patient/<id>`s: for the audit, never told. */
  persons: readonly string[] = []

  constructor(
    code: ErrorCode,
    options: { path?: string; cause?: unknown; dependency?: string; reply?: string; retryAfterMs?: number; issues?: readonly Issue[]; version?: string } = {},
  ) {
    super(`${code}${options.path === undefined ? '' : ` at ${options.path}`}: ${ERRORS[code].text}`, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.path = options.path
    this.dependency = options.dependency
    this.reply = options.reply
    this.retryAfterMs = options.retryAfterMs
    this.issues = options.issues ?? []
    this.version = options.version
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind
  }
}

/** What a subscriber may be away with: he is tried again for as long as his subscription lives. */
export const SUBSCRIBER_AWAY = (Object.keys(ERRORS) as ErrorCode[]).filter(code => code.startsWith('subscription.') && ERRORS[code].kind === 'retry')

/** What a row says, in English and where it may be asked for in French. */
export function textsOf(code: ErrorCode): { en: string; fr?: string } {
  const { text, fr }: ErrorRow = ERRORS[code]
  return fr === undefined ? { en: text } : { en: text, fr }
}

/** A `HubError` as it is; anything else becomes `hub.defect` with its cause. */
export function toHubError(error: unknown): HubError {
  return error instanceof HubError ? error : new HubError('hub.defect', { cause: error })
}

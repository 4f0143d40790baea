/*
  What a sender is to correct, for each finding about a message that was taken: the sentences of its conformance report.
*/
export interface Advice {
  en: string
  fr: string
}

export const FINDING_ADVICE: Readonly<Record<string, Advice>> = {
  // Older profiles and practice
  'profile.former': { en: 'Send profile 2.1: MSH-21 = 2.1^CISIS_CDA_HL7_V2.', fr: 'Envoyer le profil 2.1 : MSH-21 = 2.1^CISIS_CDA_HL7_V2.' },
  'order.status-code': { en: 'ORC-1 is NW, RO or CA, never SC.', fr: 'ORC-1 vaut NW, RO ou CA, jamais SC.' },
  'order.segments-missing': { en: 'Send ORC and OBR before TXA.', fr: 'Envoyer ORC et OBR avant TXA.' },
  'order.act-for-type': {
    en: 'OBR-4 repeats the document type of OBX-3, not the act that was ordered.',
    fr: 'OBR-4 reprend le type de document d’OBX-3, non l’acte prescrit.',
  },
  'metadata.acks-missing': { en: 'Send ACK_RECEPTION and ACK_LECTURE_MSS, Y or N.', fr: 'Envoyer ACK_RECEPTION et ACK_LECTURE_MSS, Y ou N.' },
  'metadata.former-name': {
    en: 'Use the present names: INVISIBLE_REP_LEGAUX, MODIF_CONF_CODE, ACK_LECTURE_MSS.',
    fr: 'Employer les noms actuels : INVISIBLE_REP_LEGAUX, MODIF_CONF_CODE, ACK_LECTURE_MSS.',
  },
  'metadata.coding-system': { en: 'OBX-3.3 of each metadata is MetaDMPMSS.', fr: 'OBX-3.3 de chaque métadonnée vaut MetaDMPMSS.' },
  'metadata.answer-system': { en: 'OBX-5.3 of each metadata is expandedYes-NoIndicator.', fr: 'OBX-5.3 de chaque métadonnée vaut expandedYes-NoIndicator.' },
  'metadata.comp-lot': { en: 'COMP_LOT is no longer a metadata: leave it out.', fr: 'COMP_LOT n’est plus une métadonnée : ne plus l’envoyer.' },
  'metadata.order': { en: 'Send the ten metadata in their order, then the mail bodies.', fr: 'Envoyer les dix métadonnées dans leur ordre, puis les corps de mail.' },
  'metadata.unknown': { en: 'An OBX is neither a document nor a known metadata: it is not read.', fr: 'Un OBX n’est ni document ni métadonnée connue : il n’est pas lu.' },
  'document.coding-system': { en: 'OBX-3.3 of the document is LN or TRE_A05.', fr: 'OBX-3.3 du document vaut LN ou TRE_A05.' },
  'document.base64-padding': { en: 'Close the base64 with its = signs.', fr: 'Terminer le base64 par ses signes =.' },
  'document.availability': { en: 'TXA-17 is AU.', fr: 'TXA-17 vaut AU.' },
  'document.id-namespace': { en: 'Leave component 2 of TXA-12 and TXA-13 empty.', fr: 'Laisser vide le composant 2 de TXA-12 et TXA-13.' },
  'document.id-differs': {
    en: 'TXA-12 is ClinicalDocument/id, TXA-13 the id of the document that the CDA replaces.',
    fr: 'TXA-12 est ClinicalDocument/id, TXA-13 l’id du document que le CDA remplace.',
  },
  'participation.coding-system': { en: 'PRT-4.3 is participation.', fr: 'PRT-4.3 vaut participation.' },
  'participation.address-place': { en: 'The address belongs in PRT-15.4: one separator too many.', fr: 'L’adresse va en PRT-15.4 : un séparateur de trop.' },
  'participation.misplaced': { en: 'PRT stand behind the document OBX.', fr: 'Les PRT suivent l’OBX du document.' },
  'professional.id-form': {
    en: 'IDNPS is 8 and the 11 digits of the RPPS; RPPS is these 11 digits alone.',
    fr: 'IDNPS : 8 suivi des 11 chiffres du RPPS ; RPPS : ces 11 chiffres seuls.',
  },
  'structure.id-form': { en: 'PRT-8.10 is 1 and the 9 characters of the FINESS number.', fr: 'PRT-8.10 : 1 suivi des 9 caractères du FINESS.' },
  'event.a08': { en: 'A08 is not used in PAM-FR: send Z99.', fr: 'A08 n’est pas employé dans PAM-FR : envoyer Z99.' },
  'event.structure-differs': { en: 'MSH-9.3 is the structure of the trigger.', fr: 'MSH-9.3 est la structure de l’évènement.' },
  'event.type-filled': { en: 'Leave EVN-1 empty.', fr: 'Laisser EVN-1 vide.' },
  'movement.shifted': { en: 'The fields of ZBE stand one place beside: check its separators.', fr: 'Les champs de ZBE sont décalés d’un rang : vérifier ses séparateurs.' },
  'movement.nature-missing': { en: 'Fill ZBE-9, the nature of the movement.', fr: 'Renseigner ZBE-9, la nature du mouvement.' },
  'movement.nature-unusual': { en: 'ZBE-9 is S, H, M, L, D, C or SM, SH, MH, LD, HMS.', fr: 'ZBE-9 vaut S, H, M, L, D, C ou SM, SH, MH, LD, HMS.' },
  'movement.update-trigger': { en: 'An update of a movement is sent by Z99.', fr: 'Une mise à jour de mouvement s’envoie par Z99.' },
  // The person
  'patient.birth-date-missing': { en: 'Fill PID-7, the date of birth.', fr: 'Renseigner PID-7, la date de naissance.' },
  'patient.birth-date-unreadable': { en: 'PID-7 is a day of the calendar, YYYYMMDD.', fr: 'PID-7 est un jour du calendrier, AAAAMMJJ.' },
  'patient.sex-unknown': { en: 'PID-8 is F, M, O or U.', fr: 'PID-8 vaut F, M, O ou U.' },
  'patient.name-type': { en: 'Say in component 7 of each name in PID-5 which it is: L, D, S or U.', fr: 'Dire au composant 7 de chaque nom de PID-5 lequel c’est : L, D, S ou U.' },
  'patient.sex-missing': { en: 'Fill PID-8, the sex.', fr: 'Renseigner PID-8, le sexe.' },
  'patient.field-forbidden': { en: 'Leave empty the fields of PID that PAM-FR forbids.', fr: 'Laisser vides les champs de PID que PAM-FR interdit.' },
  'identity.status-missing': { en: 'Fill PID-32, the reliability of the identity.', fr: 'Renseigner PID-32, le statut de l’identité.' },
  'identity.status-unknown': { en: 'PID-32 is a code of HL7 table 0445 as PAM-FR has it.', fr: 'PID-32 est un code de la table HL7 0445 de PAM-FR.' },
  'identity.status-doubtful': { en: 'A doubtful or fictitious identity is shared with nobody.', fr: 'Une identité douteuse ou fictive n’est partagée avec personne.' },
  'identity.unqualified': { en: 'Qualify the INS: without it no mail goes to the citizen.', fr: 'Qualifier l’INS : sans cela, aucun courriel au citoyen.' },
  'identity.merge-refused': {
    en: 'These two are not made one before the identity cell has looked at them.',
    fr: 'Ces deux identités ne sont pas fusionnées avant l’avis de la cellule d’identitovigilance.',
  },
  'identity.split-refused': {
    en: 'These two were joined by way of a third: the identity cell parts them.',
    fr: 'Ces deux identités sont réunies par une troisième : la cellule d’identitovigilance les sépare.',
  },
  'identity.not-merged': { en: 'Only two that were linked are unlinked.', fr: 'Seules deux identités liées se délient.' },
  'ins.key': { en: 'Check the key of the INS in PID-3.', fr: 'Vérifier la clé de l’INS en PID-3.' },
  'ins.production-oid': { en: 'Use the test OID of the INS here: 1.2.250.1.213.1.4.10.', fr: 'Employer ici l’OID de test de l’INS : 1.2.250.1.213.1.4.10.' },
  'citizen-address.invalid': {
    en: 'The mailbox of a citizen is the matricule of this person with its key.',
    fr: 'La boîte d’un citoyen est le matricule INS de la personne, clé comprise.',
  },
  'dmp.identity-unqualified': { en: 'A document for the DMP needs PID-32 VALI and an INS.', fr: 'Un document pour le DMP exige PID-32 VALI et un INS.' },
  'dmp.id-extension': { en: 'The DMP takes no document id with an extension.', fr: 'Le DMP ne prend pas d’id de document avec extension.' },
  // Mail and exchange
  'recipient.repeated': { en: 'Name each recipient once.', fr: 'Ne nommer chaque destinataire qu’une fois.' },
  'reply-to.invalid': { en: 'The address of PRT REPLY is a MSSanté address.', fr: 'L’adresse de PRT REPLY est une adresse MSSanté.' },
  'mail-body.empty': { en: 'A mail body is empty: leave it out.', fr: 'Un corps de mail est vide : ne pas l’envoyer.' },
  'mail-body.undecodable': { en: 'A mail body is no base64: it was replaced by the default one.', fr: 'Un corps de mail n’est pas du base64 : remplacé par le corps par défaut.' },
  'control-id.reused': { en: 'MSH-10 is used once: another message had it.', fr: 'MSH-10 ne sert qu’une fois : un autre message le portait.' },
  // The CDA
  'document.type-differs': { en: 'ClinicalDocument/code is the document type of the message.', fr: 'ClinicalDocument/code est le type de document du message.' },
  'document.type-unknown': { en: 'ClinicalDocument/code is a code of JDV_J07.', fr: 'ClinicalDocument/code est un code de JDV_J07.' },
  'document.replaces-by-create': { en: 'A CDA that replaces another one is sent by a replacement.', fr: 'Un CDA qui en remplace un autre s’envoie par un remplacement.' },
  'document.target-unknown': {
    en: 'The document that is replaced was never sent here: send the versions in their order.',
    fr: 'Le document remplacé n’a jamais été envoyé ici : envoyer les versions dans leur ordre.',
  },
  'document.patients-several': {
    en: 'A document is of one person: the first recordTarget is taken.',
    fr: 'Un document est d’une seule personne : le premier recordTarget est retenu.',
  },
  'document.version-without-parent': { en: 'A version above 1 names its predecessor (relatedDocument RPLC).', fr: 'Une version supérieure à 1 nomme la précédente (relatedDocument RPLC).' },
  'document.pdf-missing': { en: 'The PDF that the document announces is not in it.', fr: 'Le PDF annoncé par le document n’y est pas.' },
  'document.format-unknown': { en: 'Name the model of the document by a templateId of the CI-SIS.', fr: 'Nommer le modèle du document par un templateId du CI-SIS.' },
  'document.body-unreadable': { en: 'The body of the document cannot be read.', fr: 'Le corps du document est illisible.' },
  'document.time-missing': { en: 'Fill effectiveTime of the document.', fr: 'Renseigner effectiveTime du document.' },
  'document.time-without-offset': { en: 'Write the time zone of effectiveTime.', fr: 'Écrire le fuseau horaire d’effectiveTime.' },
  'document.version-not-higher': { en: 'Raise versionNumber with each version.', fr: 'Augmenter versionNumber à chaque version.' },
  'time.offset-assumed': { en: 'Write the time zone of the times of the stay.', fr: 'Écrire le fuseau horaire des dates du séjour.' },
  'time.end-before-start': { en: 'The stay ends before it begins.', fr: 'Le séjour finit avant de commencer.' },
  'section.empty': { en: 'A section has neither a text nor an entry.', fr: 'Une section n’a ni texte ni entrée.' },
  'narrative.dead-reference': { en: 'A reference leads to no place of the narrative.', fr: 'Une référence ne mène à aucun endroit du texte.' },
  'narrative.medium-not-shown': { en: 'An image of the narrative cannot be shown.', fr: 'Une image du texte ne peut pas être affichée.' },
  'statement.date-invalid': { en: 'A date is none: it was left out.', fr: 'Une date n’en est pas une : elle a été omise.' },
  'statement.code-system-invalid': {
    en: 'The code system of a code is no OID: the code stands without it.',
    fr: 'Le système d’un code n’est pas un OID : le code figure sans lui.',
  },
  'statement.null': { en: 'A statement is null (nullFlavor) and yet says something: leave out one or the other.', fr: 'Un énoncé est nul (nullFlavor) et dit pourtant quelque chose : retirer l’un ou l’autre.' },
  'statement.width-unread': { en: 'The width of an interval gives no second date: it is none of time, finer than the date, or alone.', fr: 'La durée d’un intervalle ne donne pas de seconde date : elle n’est pas une durée, est plus fine que la date, ou est seule.' },
  'statement.unmapped': { en: 'A statement cannot be told as it is meant: it stays in the text of the document.', fr: 'Un énoncé ne peut pas être dit comme il est voulu : il reste dans le texte du document.' },
  'statement.not-completed': { en: 'A vaccination that is said to be given is not completed: it is told as due.', fr: 'Une vaccination dite faite n’est pas terminée : elle est donnée comme à faire.' },
  'statement.end-before-start': { en: 'A period ends before it begins.', fr: 'Une période finit avant de commencer.' },
  'statement.value-invalid': { en: 'A value is no number: it was left out.', fr: 'Une valeur n’est pas un nombre : elle a été omise.' },
  'statement.unit-unknown': {
    en: 'A unit is no UCUM unit, or another one there than is meant (ML, mg/J): it is kept as words.',
    fr: 'Une unité n’est pas UCUM, ou en désigne une autre (ML, mg/J) : elle figure en toutes lettres.',
  },
  'statement.part-unread': {
    en: 'A part of a statement has no place in the record: it stands in the document alone.',
    fr: 'Une partie d’un énoncé n’a pas de place dans le dossier : elle ne figure que dans le document.',
  },
  'statement.range-reversed': { en: 'The low of a range is above its high.', fr: 'La borne basse d’un intervalle dépasse la haute.' },
  'statement.status-differs': {
    en: 'The status of the concern and that of its observation do not agree.',
    fr: 'Le statut du problème et celui de son observation ne concordent pas.',
  },
  'statement.status-unknown': { en: 'A clinical status is in no known table.', fr: 'Un statut clinique n’est dans aucune table connue.' },
  'statement.done-in-future': { en: 'An act that is done lies in the future.', fr: 'Un acte réalisé est daté dans le futur.' },
  'condition.end-of-active': { en: 'A problem that is active has an end.', fr: 'Un problème actif a une date de fin.' },
}

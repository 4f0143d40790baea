/*
  The rules that a write of care can break, of requests, Tasks, plans, circles, consents, documents and messages: id, element, and what is said. Source: fhir-fr.md 2.1 to 2.7.
*/

export interface RuleText {
  /** business-rule unless said otherwise. */
  code?: 'required'
  /** Where the finding stands, unless the check knows better. */
  element?: string
  text: { en: string; fr: string }
}

const rule = (element: string | undefined, en: string, fr: string): RuleText => ({ ...(element === undefined ? {} : { element }), text: { en, fr } })

export const SUPPORT_RULES = {
  'urgence-vitale': rule('priority', 'A vital emergency (urgence-vitale) goes to the SAMU, telephone 15, not here.', 'Une urgence vitale (urgence-vitale) relève du SAMU, composez le 15.'),
  'request.frozen': rule(undefined, 'Of a request that is no longer a draft only status, note and supportingInfo change; make a new one with replaces.', 'Une demande qui n’est plus un brouillon ne change que par son statut, sa note et ses pièces ; faites une nouvelle demande avec replaces.'),
  'request.move': rule('status', 'The request may not go to this status, or not by the caller: it follows its Task.', 'La demande ne peut pas passer à ce statut, ou pas du fait de l’appelant : elle suit sa tâche.'),
  'request.one-task': rule('focus', 'The request has its one Task already.', 'La demande a déjà sa tâche, qui est unique.'),
  'request.closed': rule('focus', 'The request is no longer open.', 'La demande n’est plus ouverte.'),
  'request.requester': rule('requester', 'The person asks for himself, a relative for the person he is a relative of.', 'La personne demande pour elle-même, un proche pour la personne dont il est le proche.'),
  'request.informed': rule('supportingInfo', 'The person must have been informed: there is no active Consent of nature information or accord.', 'La personne doit avoir été informée : aucun consentement actif de nature information ou accord.'),
  'request.territory': rule('performer', 'No DAC covers the commune of the person.', 'Aucun DAC ne couvre la commune de la personne.'),
  'request.routed': rule('performer', 'The named structure does not cover the commune of the person; the request went to the DAC that does.', 'La structure désignée ne couvre pas la commune de la personne ; la demande est adressée au DAC du territoire.'),
  'request.commune': rule('subject', 'The commune of the person is not known; the request went to the named DAC unchecked.', 'La commune de la personne n’est pas connue ; la demande est adressée au DAC désigné, sans vérification.'),
  'request.two-dacs': rule('performer', 'Two active DACs cover the commune of the person.', 'Deux DAC actifs couvrent la commune de la personne.'),
  'request.cpts': rule('performer', 'No CPTS is known for the commune of the person: nobody has been asked to find a médecin traitant.', 'Aucune CPTS connue pour la commune de la personne : la recherche de médecin traitant n’a pas de destinataire.'),
  'request.priority': { ...rule('priority', 'The search for a médecin traitant has a priority.', 'La recherche de médecin traitant a une priorité.'), code: 'required' },
  'task.move': rule('status', 'The Task may not go from its status to this one, or not by the caller.', 'La tâche ne peut pas passer de son statut à celui-ci, ou pas du fait de l’appelant.'),
  'task.actor': rule('owner', 'Only the owner, the requester and the author of a Task change it.', 'Seuls le responsable, le demandeur et l’auteur d’une tâche la modifient.'),
  'task.person': rule('for', 'The Task and its request are not about the same person.', 'La tâche et sa demande ne concernent pas la même personne.'),
  'task.focus': rule('focus', 'The Task and its request are not of one kind.', 'La tâche et sa demande ne sont pas de même nature.'),
  'task.frozen': rule(undefined, 'This element of a Task never changes.', 'Cet élément d’une tâche ne change jamais.'),
  'task.business-status': rule('businessStatus', 'This business status does not follow the one before it, or is not the caller’s to set.', 'Ce statut métier ne suit pas le précédent, ou ne relève pas de l’appelant.'),
  'task.attente-mt': rule('status', 'The médecin traitant has not answered yet (attente-mt).', 'L’avis du médecin traitant est attendu (attente-mt).'),
  'task.mt-wait': rule('businessStatus', 'The médecin traitant still has time to answer.', 'Le délai de réponse du médecin traitant n’est pas écoulé.'),
  'task.mt-note': rule('note', 'Going on without the answer of the médecin traitant needs a note.', 'Poursuivre sans réponse du médecin traitant demande une note.'),
  'task.reorientation': rule('statusReason', 'Another owner needs a reason: statusReason, or a note.', 'Un changement de responsable demande un motif : statusReason ou une note.'),
  'task.owner': rule('owner', 'The owner of a demande d’appui is an active DAC.', 'Le responsable d’une demande d’appui est un DAC actif.'),
  'task.cpts': rule('performer', 'An unscheduled request goes to a CPTS, or to a professional.', 'Une demande de soins non programmés s’adresse à une CPTS, ou à un professionnel.'),
  'task.deadline': rule('restriction.period.end', 'The deadline lies before the Task was authored.', 'L’échéance est antérieure à la date de la tâche.'),
  'task.owner-move': rule('owner', 'Only the owner hands a Task on.', 'Seul le responsable transmet une tâche.'),
  'task.decision': rule('output', 'The decision of the médecin traitant is mt-valide or mt-refuse.', 'La décision du médecin traitant est mt-valide ou mt-refuse.'),
  'task.validation': rule('requester', 'The DAC that owns the demande d’appui asks the médecin traitant.', 'La validation est demandée par le DAC responsable de la demande d’appui.'),
  'plan.read-only': rule(undefined, 'A plan of an ESMS is not changed here.', 'Un plan transmis par un établissement médico-social n’est pas modifié ici.'),
  'plan.status-author': rule('status', 'The référent moves the state of a plan, or who manages its circle.', 'L’état du plan est changé par son référent ou par la structure qui gère le cercle.'),
  'plan.outside-circle': rule(undefined, 'Only the circle of this plan changes it.', 'Seul le cercle de soins de ce plan peut le modifier.'),
  'circle.member-twice': rule('participant', 'This member has this role already in that time.', 'Ce membre a déjà ce rôle pendant cette période.'),
  'circle.outsider': rule(undefined, 'Only its members and its managing structure change a circle.', 'Seuls ses membres et la structure qui le gère modifient un cercle de soins.'),
  'consent.performer': rule('performer', 'The person gives a consent, or the legal representative: whoever of them is logged in, for himself.', 'La personne, ou son représentant légal, donne un consentement : celui des deux qui est connecté, pour lui-même.'),
  'consent.nature': rule('category', 'Another nature is another consent.', 'Un consentement d’une autre nature fait l’objet d’un nouvel enregistrement.'),
  'consent.third-party': rule(undefined, 'Only the person, the legal representative and the collecting structure change a consent.', 'Seuls la personne, son représentant légal et la structure qui l’a recueilli modifient un consentement.'),
  'document.replaces': rule('relatesTo', 'Only the latest version of this document is replaced.', 'Seule la dernière version de ce document peut être remplacée.'),
  'document.replaces-by-cda': rule('relatesTo', 'The CDA replaces a document that the card did not name: relatesTo was added.', 'Le CDA remplace un document que la fiche ne nommait pas : relatesTo a été ajouté.'),
  'document.other-id': rule('masterIdentifier', 'The CDA has another identifier (ClinicalDocument/id): card and CDA name the same document.', 'Le CDA porte un autre identifiant (ClinicalDocument/id) : la fiche et le CDA désignent le même document.'),
  'document.other-parent': rule('relatesTo', 'The CDA replaces another document (relatedDocument RPLC) than the card says.', 'Le CDA remplace un autre document (relatedDocument RPLC) que celui de la fiche.'),
  'document.other-person': rule('subject', 'The CDA is about another person (recordTarget).', 'Le CDA concerne une autre personne (recordTarget).'),
  'document.status': rule('status', 'A document that was replaced or taken back does not become current again.', 'Un document remplacé ou retiré ne redevient pas valide.'),
  'evaluation.gir': rule('item', 'The result of an AGGIR grid is one of the six GIR codes.', 'Le résultat d’une grille AGGIR est l’un des six codes GIR.'),
  'reference.other-person': rule(undefined, 'This is about another person.', 'Cet élément concerne une autre personne.'),
  'contained.other-person': rule('contained', 'This is about another person.', 'Cet élément concerne une autre personne.'),
  'person.changed': rule('subject', 'The person cannot change.', 'La personne concernée ne peut pas changer.'),
  'message.sender': rule('sender', 'The caller does not act for the sender.', 'L’appelant n’agit pas pour l’expéditeur.'),
  'message.sender-member': rule('sender', 'The sender is no current member of the person’s circle.', 'L’expéditeur n’est pas un membre actuel du cercle de la personne.'),
  'message.recipient': rule('recipient', 'A recipient is no current member of the person’s circle.', 'Un destinataire n’est pas un membre actuel du cercle de la personne.'),
  'message.sent': rule(undefined, 'What was sent no longer changes.', 'Ce qui a été envoyé ne change plus.'),
  'message.received': rule('received', 'Only a recipient says that a message was read.', 'Seul un destinataire indique qu’un message a été lu.'),
  'message.status': rule('status', 'A message may not go to this status, or not by the caller.', 'Un message ne peut pas passer à ce statut, ou pas du fait de l’appelant.'),
} as const satisfies Record<string, RuleText>

export type SupportRule = keyof typeof SUPPORT_RULES

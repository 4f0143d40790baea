/*
  The invariants of the packages in plain words, for who reads a finding.
*/

export const INVARIANT_TEXTS: Readonly<Record<string, { en: string; fr: string }>> = {
  'hub-cp-1': {
    en: 'An active plan names its référent and holds at least one activity.',
    fr: 'Un plan actif désigne son référent et comporte au moins une activité.',
  },
  'hub-cp-2': { en: 'A completed plan has an end date.', fr: 'Un plan terminé a une date de fin.' },
  'hub-cp-3': {
    en: 'Each activity reads in plain words: a description, or a code with its text.',
    fr: 'Chaque activité se lit en clair : une description, ou un code avec son libellé.',
  },
  'hub-cp-4': { en: 'A plan is never hidden from the person.', fr: 'Un plan n’est jamais masqué à la personne.' },
  'hub-cp-5': {
    en: 'An action that is cancelled or stopped says why.',
    fr: 'Une action annulée ou arrêtée en donne le motif.',
  },
  'hub-cp-6': {
    en: 'An active plan should have a goal, and each action should say who and when.',
    fr: 'Un plan actif devrait avoir un objectif, et chaque action dire qui et quand.',
  },
  'hub-cp-7': { en: 'A revoked plan says why, in a note.', fr: 'Un plan révoqué en donne le motif, dans une note.' },
  'hub-cp-8': {
    en: 'An activity is either described or refers to a Task or a request: one of the two.',
    fr: 'Une activité est soit décrite, soit renvoie à une tâche ou une demande : l’un des deux.',
  },
  'hub-ct-1': {
    en: 'A circle has one current médecin traitant at most.',
    fr: 'Un cercle a au plus un médecin traitant actuel.',
  },
  'hub-ct-2': { en: 'An active circle has a current member.', fr: 'Un cercle actif a au moins un membre actuel.' },
  'hub-ct-3': { en: 'An inactive circle has an end date.', fr: 'Un cercle inactif a une date de fin.' },
  'hub-ct-4': {
    en: 'A circle has one current coordinator at most.',
    fr: 'Un cercle a au plus un coordonnateur actuel.',
  },
  'hub-sr-1': {
    en: 'A vital emergency goes to the SAMU (15), not to the hub: reason urgence-vitale.',
    fr: 'Une urgence vitale relève du SAMU (15), non du hub : motif urgence-vitale.',
  },
  'hub-sr-2': {
    en: 'Each reason is readable: a text, or a code with its display.',
    fr: 'Chaque motif est lisible : un texte, ou un code avec son libellé.',
  },
  'hub-sr-3': { en: 'A withdrawn request says why, in a note.', fr: 'Une demande retirée en donne le motif, dans une note.' },
  'hub-sr-4': {
    en: 'One Consent at most is the agreement of the person.',
    fr: 'Un seul consentement au plus porte l’accord de la personne.',
  },
  'hub-task-1': {
    en: 'A task that is rejected, cancelled, failed or on hold says why.',
    fr: 'Une tâche rejetée, annulée, en échec ou suspendue en donne le motif.',
  },
  'hub-task-2': {
    en: 'Once delivered, a task has its business status.',
    fr: 'Une fois transmise, une tâche porte son statut métier.',
  },
  'hub-task-3': { en: 'A completed task tells what came out.', fr: 'Une tâche terminée dit ce qui en est résulté.' },
  'hub-task-4': {
    en: 'A completed validation carries exactly one decision.',
    fr: 'Une validation terminée porte exactement une décision.',
  },
  'hub-task-5': {
    en: 'Unscheduled care is answered within 48 hours: the deadline is there, and not later.',
    fr: 'Une demande de soins non programmés reçoit réponse sous 48 heures : l’échéance est fixée, et pas au-delà.',
  },
  'hub-co-1': { en: 'An opposition denies.', fr: 'Une opposition refuse (deny).' },
  'hub-co-2': { en: 'A withdrawn consent keeps its end date.', fr: 'Un consentement retiré porte sa date de fin.' },
  'hub-co-3': {
    en: 'Information, agreement and sharing permit.',
    fr: 'Information, accord et partage autorisent (permit).',
  },
  'hub-co-4': {
    en: 'A consent to share outside the team names with whom.',
    fr: 'Un consentement au partage hors de l’équipe nomme avec qui.',
  },
  'hub-com-1': {
    en: 'An MSSanté address belongs to the mssante.fr space.',
    fr: 'Une adresse MSSanté appartient à l’espace mssante.fr.',
  },
  'hub-com-2': { en: 'A message that was not delivered says why.', fr: 'Un message non remis en donne le motif.' },
  'hub-pat-1': {
    en: 'An INS with official use needs a validated or qualified identity.',
    fr: 'Un INS d’usage officiel exige une identité validée ou qualifiée.',
  },
  'hub-pat-2': { en: 'A local patient number has its system.', fr: 'Un numéro local de patient a son système.' },
  'hub-pat-3': {
    en: 'One identifier at least has its system and its value.',
    fr: 'Un identifiant au moins a son système et sa valeur.',
  },
  'hub-org-1': {
    en: 'A dispositif d’appui à la coordination (606) says its territory.',
    fr: 'Un dispositif d’appui à la coordination (606) indique son territoire.',
  },
  'hub-enc-1': { en: 'A finished stay has an end.', fr: 'Une venue terminée a une fin.' },
  'hub-enc-2': { en: 'A stay with an end is finished or cancelled.', fr: 'Une venue qui a une fin est terminée ou annulée.' },
  'hub-go-1': {
    en: 'A completed goal says what was achieved.',
    fr: 'Un objectif terminé dit ce qui a été atteint.',
  },
  'hub-ob-1': {
    en: 'An observation has a value, or the reason why there is none.',
    fr: 'Une observation a une valeur, ou la raison de son absence.',
  },
  'hub-prov-1': {
    en: 'One agent at least is author, enterer or assembler.',
    fr: 'Un agent au moins est auteur, saisisseur ou assembleur.',
  },
  'fr-core-1': {
    en: 'A validated identity of this profile carries its INS.',
    fr: 'Une identité validée de ce profil porte son INS.',
  },
  'as-prat-1': {
    en: 'A professional has an RPPS number or a national identifier.',
    fr: 'Un professionnel a un numéro RPPS ou un identifiant national.',
  },
  'cds-bundle-1': {
    en: 'The transaction creates exactly one circle and one person.',
    fr: 'La transaction crée exactement un cercle et une personne.',
  },
  'cds-bundle-2': {
    en: 'The transaction carries a circle and its actors only.',
    fr: 'La transaction ne porte qu’un cercle et ses acteurs.',
  },
  'cds-bundle-3': { en: 'An entry is a POST or a PUT.', fr: 'Une entrée est un POST ou un PUT.' },
  'pdsm-list-1': {
    en: 'The unique identifier of a submission set is an OID (urn:oid:).',
    fr: 'L’identifiant unique d’un lot de soumission est un OID (urn:oid:).',
  },
  'event-subject': {
    en: 'A declaration of an event is about its person only.',
    fr: 'Une déclaration d’évènement ne concerne que sa personne.',
  },
  'tddui-qr-1': {
    en: 'The number of an evaluation is 3, the FINESS number, / and a number.',
    fr: 'Le numéro d’une évaluation s’écrit 3, le numéro FINESS, / et un numéro.',
  },
  'tddui-qr-2': {
    en: 'A completed AGGIR evaluation is answered by a GIR (MED-339 to MED-344).',
    fr: 'Une évaluation AGGIR terminée a pour réponse un GIR (MED-339 à MED-344).',
  },
}

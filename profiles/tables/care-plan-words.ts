/*
  The words in which a person reads a plan: states, elements, days and times of R4 in plain French.
*/

type Words = Readonly<Record<string, string>>

/** le plan */
export const PLAN_STATUS: Words = {
  draft: 'en préparation',
  active: 'en cours',
  'on-hold': 'suspendu',
  revoked: 'arrêté',
  completed: 'terminé',
  'entered-in-error': 'saisi par erreur',
  unknown: 'dans un état inconnu',
}

/** une action */
export const ACTIVITY_STATUS: Words = {
  'not-started': 'non commencée',
  scheduled: 'programmée',
  'in-progress': 'en cours',
  'on-hold': 'suspendue',
  completed: 'terminée',
  cancelled: 'annulée',
  stopped: 'arrêtée',
  unknown: 'dans un état inconnu',
  'entered-in-error': 'saisie par erreur',
}

/** un objectif */
export const GOAL_STATUS: Words = {
  proposed: 'proposé',
  planned: 'prévu',
  accepted: 'accepté',
  active: 'en cours',
  'on-hold': 'suspendu',
  completed: 'terminé',
  cancelled: 'abandonné',
  'entered-in-error': 'saisi par erreur',
  rejected: 'refusé',
}

/** http://terminology.hl7.org/CodeSystem/goal-achievement */
export const ACHIEVEMENT: Words = {
  'in-progress': 'en cours',
  improving: 'en amélioration',
  worsening: 'en recul',
  'no-change': 'sans changement',
  achieved: 'atteint',
  sustaining: 'maintenu',
  'not-achieved': 'non atteint',
  'no-progress': 'sans progrès',
  'not-attainable': 'hors d’atteinte',
}

/** Why something that a plan names is not so, not yet, or no longer: by its status or verification. What simply holds has no word. */
export const UNHELD: Words = {
  refuted: 'écarté',
  'entered-in-error': 'saisi par erreur',
  unconfirmed: 'non confirmé',
  provisional: 'provisoire',
  differential: 'un diagnostic possible parmi d’autres',
  inactive: 'inactif',
  remission: 'en rémission',
  resolved: 'résolu',
  draft: 'en préparation',
  proposed: 'proposé',
  preliminary: 'provisoire',
  'on-hold': 'suspendu',
  superseded: 'remplacé',
  cancelled: 'annulé',
  revoked: 'annulé',
  rejected: 'refusé',
  failed: 'sans résultat',
  completed: 'terminé',
}

/** Quantity.comparator */
export const COMPARED: Words = { '<': 'moins de ', '<=': 'au plus ', '>=': 'au moins ', '>': 'plus de ' }

/** Dimensions of hub-cs. */
export const DIMENSION: Words = { medical: 'médicale', psychologique: 'psychologique', sociale: 'sociale', environnementale: 'environnementale' }

/** What stands for somebody or something whose name is not known. */
export const WITHOUT_NAME: Words = {
  PractitionerRole: 'un professionnel',
  Practitioner: 'un professionnel',
  Organization: 'une structure',
  RelatedPerson: 'un proche',
  Patient: 'la personne accompagnée',
  CareTeam: 'un cercle de soins',
  HealthcareService: 'un service',
  Device: 'un dispositif',
  Location: 'un lieu',
  Condition: 'un problème de santé',
  Consent: 'un recueil du choix de la personne',
  QuestionnaireResponse: 'une évaluation',
  DocumentReference: 'un document',
  Observation: 'une mesure',
  Task: 'une tâche',
  ServiceRequest: 'une demande',
}

/** Elements of CarePlan, of its activities and of Goal. */
export const ELEMENT: Words = {
  meta: 'étiquettes',
  implicitRules: 'règles de lecture',
  language: 'langue',
  text: 'texte lisible',
  contained: 'éléments inclus',
  extension: 'compléments',
  modifierExtension: 'compléments qui changent le sens',
  identifier: 'identifiants',
  instantiatesCanonical: 'modèle suivi',
  instantiatesUri: 'modèle suivi',
  basedOn: 'plan d’origine',
  replaces: 'plan remplacé',
  partOf: 'plan d’ensemble',
  intent: 'intention',
  category: 'catégories',
  description: 'description',
  subject: 'personne',
  encounter: 'séjour',
  period: 'période',
  created: 'date de création',
  author: 'référent',
  contributor: 'contributeurs',
  careTeam: 'cercle de soins',
  addresses: 'problèmes de santé',
  supportingInfo: 'documents d’appui',
  goal: 'objectifs',
  activity: 'actions',
  note: 'notes',
  title: 'titre',
  status: 'état',
  outcomeCodeableConcept: 'résultat',
  outcomeReference: 'résultat',
  progress: 'suivi',
  reference: 'demande liée',
  detail: 'détail',
  kind: 'nature',
  code: 'intitulé codé',
  reasonCode: 'raison',
  reasonReference: 'raison',
  statusReason: 'motif',
  doNotPerform: 'interdiction',
  scheduled: 'programmation',
  location: 'lieu',
  performer: 'intervenants',
  productCodeableConcept: 'produit',
  productReference: 'produit',
  dailyAmount: 'quantité par jour',
  quantity: 'quantité',
  lifecycleStatus: 'état',
  achievementStatus: 'résultat',
  priority: 'priorité',
  startDate: 'début',
  startCodeableConcept: 'début',
  target: 'cible',
  statusDate: 'date de l’état',
  expressedBy: 'auteur',
  outcomeCode: 'résultat',
}

/** Timing.repeat.dayOfWeek */
export const DAY: Words = { mon: 'lundi', tue: 'mardi', wed: 'mercredi', thu: 'jeudi', fri: 'vendredi', sat: 'samedi', sun: 'dimanche' }

export const MONTHS = ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre']

/** Timing.repeat.when */
export const WHEN: Words = {
  MORN: 'le matin',
  'MORN.early': 'tôt le matin',
  'MORN.late': 'en fin de matinée',
  NOON: 'à midi',
  AFT: 'l’après-midi',
  'AFT.early': 'en début d’après-midi',
  'AFT.late': 'en fin d’après-midi',
  EVE: 'le soir',
  'EVE.early': 'en début de soirée',
  'EVE.late': 'tard le soir',
  NIGHT: 'la nuit',
  PHS: 'après l’endormissement',
  HS: 'au coucher',
  WAKE: 'au réveil',
  C: 'au moment du repas',
  CM: 'au petit déjeuner',
  CD: 'au déjeuner',
  CV: 'au dîner',
  AC: 'avant le repas',
  ACM: 'avant le petit déjeuner',
  ACD: 'avant le déjeuner',
  ACV: 'avant le dîner',
  PC: 'après le repas',
  PCM: 'après le petit déjeuner',
  PCD: 'après le déjeuner',
  PCV: 'après le dîner',
}

/** Timing.code (v3-GTSAbbreviation and timing-abbreviation) */
export const TIMING_CODE: Words = {
  QD: 'chaque jour',
  BID: 'deux fois par jour',
  TID: 'trois fois par jour',
  QID: 'quatre fois par jour',
  QOD: 'un jour sur deux',
  AM: 'chaque matin',
  PM: 'chaque après-midi',
  BED: 'au coucher',
  WK: 'chaque semaine',
  MO: 'chaque mois',
  JB: 'les jours ouvrés',
  JE: 'les jours de fin de semaine',
  Q1H: 'toutes les heures',
  Q2H: 'toutes les deux heures',
  Q3H: 'toutes les trois heures',
  Q4H: 'toutes les quatre heures',
  Q6H: 'toutes les six heures',
  Q8H: 'toutes les huit heures',
}

interface Unit {
  one: string
  many: string
  feminine: boolean
}

const unit = (one: string, many: string, feminine = false): Unit => ({ one, many, feminine })

/** UCUM units of Timing. */
export const UNIT: Readonly<Record<string, Unit>> = {
  s: unit('seconde', 'secondes', true),
  min: unit('minute', 'minutes', true),
  h: unit('heure', 'heures', true),
  d: unit('jour', 'jours'),
  wk: unit('semaine', 'semaines', true),
  mo: unit('mois', 'mois'),
  a: unit('an', 'ans'),
}

/*
  What is said of a Subscription that is not taken: of its channel by rule, of its criteria by issue code. Source: fhir-fr.md 5.3.
*/
import type { Issue, IssueCode } from '../issues.ts'

export const SUBSCRIPTION_RULES = {
  'subscription.status': { en: 'A client asks for requested, active or off.', fr: 'Un client demande requested, active ou off.' },
  'subscription.channel': { en: 'The only channel is rest-hook.', fr: 'Le seul canal est rest-hook.' },
  'subscription.endpoint': { en: 'A rest-hook needs its endpoint.', fr: 'Un rest-hook demande son adresse (endpoint).' },
  'subscription.payload': { en: 'Notifications are application/fhir+json.', fr: 'Les notifications sont en application/fhir+json.' },
  'subscription.content': { en: 'Notifications carry id-only or full-resource.', fr: 'Les notifications portent id-only ou full-resource.' },
  'subscription.heartbeat': { en: 'A heartbeat comes at least once a day.', fr: 'Un battement a lieu au moins une fois par jour.' },
  'subscription.header': { en: 'This is no header that a subscriber may set.', fr: 'Ceci n’est pas un en-tête qu’un abonné peut fixer.' },
  'subscription.end': { en: 'The end lies in the past.', fr: 'La fin est déjà passée.' },
  'extension.modifier': { en: 'Modifier extensions are not known here.', fr: 'Les extensions modificatrices ne sont pas connues ici.' },
} satisfies Record<string, Issue['text']>

export const CRITERIA_FAULTS = {
  'not-supported': {
    en: 'Subscriptions are to a topic of the hub with the filters patient, territoire and owner, or to Task, CarePlan, Encounter and Communication with parameters that are served here.',
    fr: 'On s’abonne à un sujet du hub, filtré par patient, territoire et owner, ou à Task, CarePlan, Encounter et Communication avec des paramètres servis ici.',
  },
  value: { en: 'This value does not have the form of its parameter.', fr: 'Cette valeur n’a pas la forme de son paramètre.' },
  'too-costly': { en: 'A criterion has at most five parameters.', fr: 'Un critère compte cinq paramètres au plus.' },
} satisfies Partial<Record<IssueCode, Issue['text']>>

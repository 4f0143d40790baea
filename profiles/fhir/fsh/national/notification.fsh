// Notification d'évènements 3.0.0 (fhir-fr.md 5.2).

RuleSet: Nde(id)
* insert AnsProfile(nde, {id}, 3.0.0)

RuleSet: NdeExtension(id, type)
* insert Nde({id})
* value[x] 1..1
* value[x] only {type}

Extension: NdeEventType
Id: event-type
Title: "NDE event type"
Description: "Kind of event."
Context: CommunicationRequest, Subscription
* insert NdeExtension(event-type, CodeableConcept)
* valueCodeableConcept from JdvJ46 (required)

Extension: NdeEventTime
Id: event-time
Title: "NDE event time"
Description: "When it happened."
Context: CommunicationRequest
* insert NdeExtension(event-time, dateTime)

Extension: NdeEventEmissionTime
Id: event-emission-time
Title: "NDE emission time"
Description: "When it was declared."
Context: CommunicationRequest
* insert NdeExtension(event-emission-time, dateTime)

Extension: NdeRecipientEndpoint
Id: recipient-endpoint
Title: "NDE endpoint of a recipient"
Description: "Where the notification goes."
Context: Reference
* insert NdeExtension(recipient-endpoint, url)

Extension: NdeStart
Id: start
Title: "NDE start"
Description: "When the subscription begins."
Context: Subscription
* insert NdeExtension(start, dateTime)

Extension: NdeSubject
Id: subject
Title: "NDE subject"
Description: "Whom the subscription is about."
Context: Subscription
* insert NdeExtension(subject, Reference)

Extension: NdeDeclarant
Id: declarant
Title: "NDE declarant"
Description: "Who declared the subscription."
Context: Subscription
* insert NdeExtension(declarant, Reference)

Extension: NdeSubscriber
Id: subscriber
Title: "NDE subscriber"
Description: "Who is told."
Context: Subscription
* insert NdeExtension(subscriber, Reference)

Extension: NdeSubscriptionDate
Id: subscription-date
Title: "NDE date of subscription"
Description: "When the subscription was made."
Context: Subscription
* insert NdeExtension(subscription-date, dateTime)

Profile: NdeSubscription
Parent: Subscription
Id: nde-subscription
Title: "NDE subscription"
Description: "Flux 1: who wants to be told which events of whom."
* insert Nde(nde-subscription)
* contained 1..*
* extension contains
    NdeStart named start 1..1 and
    NdeSubject named subject 1..1 and
    NdeDeclarant named declarant 1..1 and
    NdeEventType named event-type 1..1 and
    NdeSubscriber named subscriber 1..1 and
    NdeSubscriptionDate named subscription-date 0..1

RuleSet: NdeEvent
* contained 1..*
* subject 1..1
* subject only Reference(Patient)
* payload 1..1
* requester 1..1
* requester only Reference(Organization or Practitioner)

Invariant: event-subject
Description: "a declaration is about nothing but its person"
Severity: #error
Expression: "about.empty()"

Profile: NdeEventDeclaration
Parent: CommunicationRequest
Id: nde-eventdeclaration
Title: "NDE declaration of an event"
Description: "Flux 3: what happened to whom."
* insert Nde(nde-eventdeclaration)
* extension contains NdeEventType named event-type 1..1 and NdeEventTime named event-time 1..1
* insert NdeEvent
* obeys event-subject

Profile: NdeNotificationRequest
Parent: CommunicationRequest
Id: nde-notificationrequest
Title: "NDE request of a notification"
Description: "Flux 4: whom to tell, by which channel."
* insert Nde(nde-notificationrequest)
* extension contains NdeEventType named event-type 1..1 and NdeEventTime named event-time 0..1 and NdeEventEmissionTime named event-emission-time 0..1
* basedOn 1..1
* basedOn only Reference(NdeSubscription)
* insert NdeEvent
* medium 1..1
* recipient 1..1
* recipient.extension contains NdeRecipientEndpoint named recipient-endpoint 1..1
* obeys event-subject

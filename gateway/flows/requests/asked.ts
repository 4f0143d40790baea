/*
  What the delivery of a request of care starts from.
*/
import type { ServiceRequest, Task } from 'fhir/r4.js'
import type { Draft } from '../care-flow.ts'

/** The draft where its findings stand, the request, and the Task that came with it. */
export interface Asked {
  at: Draft
  request: ServiceRequest
  task?: Task
}

/*
  The kinds of change between two versions of a plan: a closed list, because they travel on Kafka where no value may.
*/

export const PLAN_CHANGES = [
  'plan.created', // first published version: there is nothing to compare with
  'status',
  'title',
  'description',
  'author', // the référent
  'period',
  'reassessment', // date of the next re-assessment
  'category.added',
  'category.removed',
  'care-team.added',
  'care-team.removed',
  'contributor.added',
  'contributor.removed',
  'problem.added',
  'problem.removed',
  'supporting-info.added',
  'supporting-info.removed',
  'goal.added',
  'goal.removed',
  'goal.changed',
  'activity.added',
  'activity.removed',
  'activity.status',
  'activity.moved', // its schedule is another one
  'activity.performer',
  'activity.description',
  'activity.goal',
  'activity.changed', // anything else of an activity
  'note.added',
  'note.removed',
  'other', // any other element; its path names it
] as const

export type PlanChange = (typeof PLAN_CHANGES)[number]

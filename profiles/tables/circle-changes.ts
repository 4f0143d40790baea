/*
  The kinds of change of a care circle: a closed list, because they travel on Kafka where no value may.
*/

export const CIRCLE_CHANGES = [
  'circle.created',
  'circle.status',
  'circle.changed', // name, manager, period of the circle, …
  'member.joined',
  'member.left',
  'member.level', // what the member gets to see
  'role.changed', // the same member, in another role
] as const

export type CircleChange = (typeof CIRCLE_CHANGES)[number]

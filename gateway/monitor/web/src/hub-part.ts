/*
  What the parts of the hub are called; whatever else an incident is about keeps its own name.
*/
import { HUB_PARTS } from '../../../../profiles/tables/incident-kinds.ts'
import { language } from './language.ts'

export const hubPart = (subject: string, name = subject): string => HUB_PARTS[subject]?.[language()] ?? name

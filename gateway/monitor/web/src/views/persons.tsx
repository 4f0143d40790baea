/*
  The view Persons.
*/
import { textsIn } from '../language.ts'
import { Empty } from '../parts/states.tsx'
import { PERSONS } from '../texts/persons.ts'
import type { ViewProps } from '../views.ts'

export function Persons(_props: ViewProps) {
  const texts = textsIn(PERSONS)
  return (
    <>
      <h1>{texts.title}</h1>
      <Empty />
    </>
  )
}

/*
  The view Partners.
*/
import { textsIn } from '../language.ts'
import { Empty } from '../parts/states.tsx'
import { PARTNERS } from '../texts/partners.ts'
import type { ViewProps } from '../views.ts'

export function Partners(_props: ViewProps) {
  const texts = textsIn(PARTNERS)
  return (
    <>
      <h1>{texts.title}</h1>
      <Empty />
    </>
  )
}

/*
  The view Flows.
*/
import { textsIn } from '../language.ts'
import { Empty } from '../parts/states.tsx'
import { FLOWS } from '../texts/flows.ts'
import type { ViewProps } from '../views.ts'

export function Flows(_props: ViewProps) {
  const texts = textsIn(FLOWS)
  return (
    <>
      <h1>{texts.title}</h1>
      <Empty />
    </>
  )
}

/*
  The view Flow.
*/
import { textsIn } from '../language.ts'
import { Empty } from '../parts/states.tsx'
import { FLOW } from '../texts/flow.ts'
import type { ViewProps } from '../views.ts'

export function Flow(_props: ViewProps) {
  const texts = textsIn(FLOW)
  return (
    <>
      <h1>{texts.title}</h1>
      <Empty />
    </>
  )
}

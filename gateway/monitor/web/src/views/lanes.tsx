/*
  The view Lanes.
*/
import { textsIn } from '../language.ts'
import { Empty } from '../parts/states.tsx'
import { LANES } from '../texts/lanes.ts'
import type { ViewProps } from '../views.ts'

export function Lanes(_props: ViewProps) {
  const texts = textsIn(LANES)
  return (
    <>
      <h1>{texts.title}</h1>
      <Empty />
    </>
  )
}

/*
  The view Indicators.
*/
import { textsIn } from '../language.ts'
import { Empty } from '../parts/states.tsx'
import { INDICATORS } from '../texts/indicators.ts'
import type { ViewProps } from '../views.ts'

export function Indicators(_props: ViewProps) {
  const texts = textsIn(INDICATORS)
  return (
    <>
      <h1>{texts.title}</h1>
      <Empty />
    </>
  )
}

/*
  The view Overview.
*/
import { textsIn } from '../language.ts'
import { Empty } from '../parts/states.tsx'
import { OVERVIEW } from '../texts/overview.ts'
import type { ViewProps } from '../views.ts'

export function Overview(_props: ViewProps) {
  const texts = textsIn(OVERVIEW)
  return (
    <>
      <h1>{texts.title}</h1>
      <Empty />
    </>
  )
}

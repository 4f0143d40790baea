/*
  Stands in for the validator of the door until it is there: the store's own judgement alone.
*/
import type { IssueCode } from '../../../profiles/issues.ts'
import type { Store } from '../../store/store.ts'
import type { Validator } from './judge.ts'
import type { CheckForm } from './single.ts'

export function storeValidator(store: Store): Validator & { form: CheckForm } {
  return {
    form: () => [],
    async profile({ resource, place }, options) {
      const { issue } = await store.validate(resource, undefined, options)
      return issue.flatMap(({ severity, code, expression = [] }) =>
        severity === 'error' || severity === 'fatal'
          ? [
              {
                severity: 'error' as const,
                code: code as IssueCode,
                rule: 'store.validate',
                expression: (expression[0] ?? place).replace(/^[A-Za-z]+/, place),
                text: { en: 'The profile of the resource refuses this.', fr: 'Le profil de la ressource refuse ceci.' },
              },
            ]
          : [],
      )
    },
  }
}

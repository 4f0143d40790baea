/*
  Which types the references of a profile may lead to, where the profile or one of its parents narrows them.
    rule => { path: members from the resource, `code`: of the slice the first member is in, `types` }
    Task.input:accord.value[x] => { path: ['input', 'valueReference'], code: 'accord', types: ['Consent'] }
*/

export function referenceTargets(resources) {
  const profiles = new Map(resources.filter(one => one.resourceType === 'StructureDefinition' && one.kind === 'resource').map(one => [one.url, one]))
  return Object.fromEntries([...profiles.values()].map(profile => [profile.url, rulesOf(profile, profiles)]))
}

function rulesOf(profile, profiles) {
  const narrowed = new Map()
  for (let at = profile; at !== undefined; at = profiles.get(at.baseDefinition)) {
    for (const { id, type } of at.differential.element) if (type?.[0].targetProfile !== undefined && !narrowed.has(id)) narrowed.set(id, type[0].targetProfile)
  }
  return [...narrowed].map(([id, targets]) => ({
    path: id.split('.').slice(1).map(memberOf),
    ...sliceOf(id, profile),
    types: [...new Set(targets.map(target => profiles.get(target)?.type ?? target.slice(target.lastIndexOf('/') + 1)))],
  }))
}

const memberOf = step => step.replace(/:.*/, '').replace('[x]', 'Reference')

function sliceOf(id, { snapshot }) {
  const slice = /^[^.]+\.[^.:]+:[^.]+/.exec(id)?.[0]
  if (slice === undefined) return {}
  const { patternCodeableConcept } = snapshot.element.find(element => element.id === `${slice}.type`)
  return { code: patternCodeableConcept.coding[0].code }
}

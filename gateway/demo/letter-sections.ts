/*
  The structured body of the demo letter (LDL-SES, template 1.2.250.1.213.1.1.1.29): an invented stay.
    33557-0 statut · 42349-1 motif · 42545-4 synthèse · 18610-6 traitements administrés · 10183-2 traitements à la sortie ·
    30954-2 résultats · 18776-5 suites à donner · 46264-8 dispositifs · 48765-2 allergies · 55108-5 copie PDF
*/
import { allergies, DISCHARGE, devices, followUp, GIVEN, treatments } from './letter-care.ts'
import { derivedId, ENTRY, type LetterBody, type Observed, observation, PCC, SECTION, SNOMED, section } from './letter-section.ts'

/** The ten sections, in the order of the volet. */
export function writeLetterSections(body: LetterBody): string {
  const sections = [
    documentStatus(body),
    section(body, {
      code: '42349-1',
      name: 'Raison de la recommandation',
      title: "Motif de l'hospitalisation",
      templates: [`${PCC}.3.1`, `${SECTION}.127`],
      text: '<paragraph>Chute à domicile, fracture du col du fémur droit.</paragraph>',
    }),
    stay(body),
    treatments(body, GIVEN),
    treatments(body, DISCHARGE),
    section(body, {
      code: '30954-2',
      name: "Résultats d'examens",
      title: "Résultats d'examens attendus",
      templates: [`${PCC}.3.27`, `${SECTION}.150`],
      text: '<paragraph>Dosage de la vitamine D : résultat attendu sous cinq jours.</paragraph>',
    }),
    followUp(body),
    devices(body),
    allergies(body),
    pdfCopy(body),
  ]
  return `<component><structuredBody>\n${sections.join('\n')}\n</structuredBody></component>`
}

function documentStatus(body: LetterBody): string {
  return section(body, {
    code: '33557-0',
    name: "Etat d'achèvement",
    title: 'Statut du document',
    templates: [`${SECTION}.35`, `${SECTION}.35.1`],
    text: '<content ID="statut">Document terminé</content>',
    entries: [
      observation(body, {
        template: '48.16 48.16.1',
        code: 'GEN-065',
        name: 'Statut du document',
        narrative: 'statut',
        on: body.dischargedOn,
        value: `<value xsi:type="CD" code="445665009" displayName="terminé" ${SNOMED}/>`,
      }),
    ],
  })
}

const STAY: readonly (Omit<Observed, 'narrative' | 'on'> & { shown: string })[] = [
  {
    template: '48.6',
    code: 'ORG-070',
    name: "Modalité d'entrée",
    shown: 'Admission par les urgences',
    value: `<value xsi:type="CE" code="50849002" displayName="admission par le service des urgences" ${SNOMED}/>`,
  },
  {
    template: '48.7',
    code: 'ORG-074',
    name: 'Modalité de sortie',
    shown: 'Retour au domicile',
    value: `<value xsi:type="CE" code="306689006" displayName="retour au domicile" ${SNOMED}/>`,
  },
  {
    template: '48.9',
    code: 'MED-142',
    name: 'Synthèse médicale',
    shown: 'Prothèse totale de hanche droite, suites simples, marche avec deux cannes.',
    value: '<value xsi:type="ST">Prothèse totale de hanche droite, suites simples, marche avec deux cannes.</value>',
  },
  {
    template: '48.3',
    code: 'MED-143',
    name: "Evènements indésirables survenus pendant l'hospitalisation",
    shown: 'Aucun',
    value: '<value xsi:type="ST">Aucun</value>',
  },
  {
    template: '48.8',
    code: 'MED-309',
    name: 'Recherche de microorganismes multi-résistants ou émergents effectuée',
    shown: 'Oui',
    value: '<value xsi:type="BL" value="true"/>',
  },
  {
    template: '48.5',
    code: 'MED-144',
    name: 'Identification de micro-organismes multirésistants',
    shown: 'Aucun',
    value: '<value xsi:type="ST">Aucun</value>',
  },
  { template: '48.10', code: 'MED-145', name: 'Transfusion de produits sanguins', shown: 'Non', value: '<value xsi:type="BL" value="false"/>' },
  { template: '48.1', code: 'MED-146', name: 'Accidents transfusionnels', shown: 'Aucun', value: '<value xsi:type="ST">Aucun</value>' },
  { template: '48.2', code: 'MED-147', name: 'Administration de dérivés du sang', shown: 'Non', value: '<value xsi:type="BL" value="false"/>' },
  {
    template: '48.4',
    code: 'MED-148',
    name: "Evènements indésirables suite à l'administration de dérivés du sang",
    shown: 'Aucun',
    value: '<value xsi:type="ST">Aucun</value>',
  },
]

function stay(body: LetterBody): string {
  const rows = STAY.map(item => `<tr><td>${item.name}</td><td><content ID="${item.code}">${item.shown}</content></td></tr>`).join('\n')
  return section(body, {
    code: '42545-4',
    name: 'Evènements observés',
    title: 'Synthèse médicale du séjour',
    templates: [`${PCC}.1.21.2.9`, '1.3.6.1.4.1.19376.1.7.3.1.1.13.7', `${SECTION}.163`, `${SECTION}.163.1`],
    text: `<table border="0"><tbody>${rows}</tbody></table>`,
    entries: STAY.map(item => observation(body, { ...item, narrative: item.code, on: item.code === 'ORG-070' ? body.admittedOn : body.dischargedOn })),
  })
}

function pdfCopy(body: LetterBody): string {
  const kind = `<observation classCode="OBS" moodCode="EVN"><templateId root="${PCC}.4.13"/><templateId root="${ENTRY}.48"/><templateId root="${ENTRY}.48.18"/><id root="${derivedId(body, 'copie-type')}"/>
<code code="69764-9" displayName="Type de document" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/><statusCode code="completed"/><effectiveTime nullFlavor="NA"/>
<value xsi:type="CD" code="55108-5" displayName="Copie du document" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/></observation>`
  const copy = `<observationMedia classCode="OBS" moodCode="EVN" ID="copie"><value mediaType="application/pdf" representation="B64">${Buffer.from(body.pdf).toString('base64')}</value></observationMedia>`
  const entry = `<organizer classCode="CLUSTER" moodCode="EVN"><templateId root="${ENTRY}.18"/><id root="${derivedId(body, 'copie')}"/>
<code code="55107-7" displayName="Document attaché" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/><statusCode code="completed"/>
<component>${kind}</component>\n<component>${copy}</component></organizer>`
  return section(body, {
    code: '55108-5',
    name: 'Copie du document',
    title: 'Copie du document',
    templates: [`${SECTION}.243`],
    text: '<renderMultiMedia referencedObject="copie"/>',
    entries: [entry],
  })
}

/*
  What is said of an identifier that no profile judges. Source: fhir-fr.md 1.1, 1.3, 1.5, 1.6, 6.3; the length is the hub's own.
*/
import type { Issue } from '../issues.ts'

const wrong = (en: string, fr: string): Pick<Issue, 'severity' | 'code' | 'text'> => ({ severity: 'error', code: 'value', text: { en, fr } })

export const IDENTIFIER_RULES = {
  'identifier.length': wrong(
    'System and value of an identifier have 200 characters at most.',
    'Le système et la valeur d’un identifiant comptent 200 caractères au plus.',
  ),
  'ins.environment': {
    ...wrong('An INS of this OID does not belong to this environment.', 'Un INS de cet OID n’appartient pas à cet environnement.'),
    code: 'business-rule',
  },
  'ins.form': wrong('An INS has 15 characters: 13 and a key of 2.', 'Un INS compte 15 caractères : 13 et une clé de 2.'),
  'ins.key': {
    ...wrong('The key of this INS is wrong: it is kept as not verified.', 'La clé de cet INS est fausse : il est conservé comme non vérifié.'),
    severity: 'warning',
  },
  'rpps.key': wrong('An RPPS has 11 digits, the last being its key.', 'Un numéro RPPS compte 11 chiffres, le dernier étant sa clé.'),
  'finess.form': wrong('A FINESS number has 9 characters.', 'Un numéro FINESS compte 9 caractères.'),
  'sirene.key': wrong('A SIREN has 9 digits, a SIRET 14, with a right key.', 'Un SIREN compte 9 chiffres, un SIRET 14, avec une clé juste.'),
  'idnatps.form': wrong(
    'The national identifier of a professional is a digit (0, 3, 5, 8) and the number it announces.',
    'L’identifiant national d’un professionnel est un chiffre (0, 3, 5, 8) suivi du numéro qu’il annonce.',
  ),
  'idnatst.form': wrong(
    'The national identifier of a structure is a digit (0 to 4) and the number it announces.',
    'L’identifiant national d’une structure est un chiffre (0 à 4) suivi du numéro qu’il annonce.',
  ),
} as const satisfies Record<string, Pick<Issue, 'severity' | 'code' | 'text'>>

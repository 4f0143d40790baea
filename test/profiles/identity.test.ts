import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differingTraits, hasLuhnKey, hasValidInsKey, identityTag, insKindOf, isRpps, isSiren, missingTraits } from '../../profiles/identity.ts'
import { isOid, OID, uriOfOid } from '../../profiles/oids.ts'

const keyOf = (thirteen: string): string => String(97n - (BigInt(thirteen) % 97n)).padStart(2, '0')

describe('the key of an INS', () => {
  it('the published test number has a right key', () => {
    expect(hasValidInsKey('279035121518989')).toBe(true)
  })

  it.each(['221042545611404', '222127505611201', '223042545611404', '224027511583555', '276059205062865'])(
    '%s, seen in samples, has a wrong one',
    matricule => {
      expect(hasValidInsKey(matricule)).toBe(false)
    },
  )

  it('departments of Corsica count as 19 and 18', () => {
    expect(hasValidInsKey(`279032A215189${keyOf('2790319215189')}`)).toBe(true)
    expect(hasValidInsKey(`279032B215189${keyOf('2790318215189')}`)).toBe(true)
    expect(hasValidInsKey(`279032A215189${keyOf('2790318215189')}`)).toBe(false)
  })

  it('only the one right key of a number is accepted', () => {
    fc.assert(
      fc.property(fc.bigInt(1_000_000_000_000n, 9_999_999_999_999n), fc.integer({ min: 0, max: 99 }), (thirteen, key) => {
        const two = String(key).padStart(2, '0')
        expect(hasValidInsKey(`${thirteen}${two}`)).toBe(two === keyOf(String(thirteen)))
      }),
    )
  })

  it.each(['', '27903512151898', '2790351215189899', '27903512151898X', ' 279035121518989'])('%j is no matricule', text => {
    expect(hasValidInsKey(text)).toBe(false)
  })
})

describe('which INS', () => {
  it('each belongs to one environment; an NIA is never official', () => {
    expect(insKindOf(OID.insNir)).toEqual({ type: 'INS-NIR', environment: 'production', use: 'official' })
    expect(insKindOf(OID.insNia)).toEqual({ type: 'INS-NIA', environment: 'production', use: 'temp' })
    expect(insKindOf(OID.insNirTest)?.environment).toBe('test')
    expect(insKindOf(OID.insNirDemo)?.environment).toBe('test')
  })

  it('a social-security number is none', () => {
    expect(insKindOf(OID.nssNir)).toBeUndefined()
    expect(insKindOf(OID.nssNia)).toBeUndefined()
  })
})

describe('the key of Luhn', () => {
  it('holds for an RPPS and a SIREN, and for no neighbour of theirs', () => {
    expect(isRpps('10100000024')).toBe(true)
    expect(isSiren('130007669')).toBe(true)
    for (let digit = 0; digit < 10; digit++) expect(hasLuhnKey(`1010000002${digit}`)).toBe(digit === 4)
  })

  it('is not asked of other lengths', () => {
    expect(isRpps('0')).toBe(false)
    expect(isSiren('10100000024')).toBe(false)
  })
})

describe('traits', () => {
  const known = { birthFamily: 'EXEMPLE-LENOIR', firstGiven: 'ÉLODIE', birthDate: '1979-03-28', sex: 'female', birthPlaceCode: '51215' } as const

  it('accents, case, hyphens and apostrophes make no difference', () => {
    expect(differingTraits(known, { ...known, birthFamily: 'Exemple Lenoir', firstGiven: 'elodie' })).toEqual([])
    expect(differingTraits({ birthFamily: "L'ŒUVRE" }, { birthFamily: 'L OEUVRE' })).toEqual([])
  })

  it('each trait that differs is named', () => {
    expect(differingTraits(known, { ...known, birthDate: '1979-03-29', sex: 'male' })).toEqual(['birthDate', 'sex'])
  })

  it('a trait that one side lacks does not contradict', () => {
    expect(differingTraits(known, { birthDate: '1979-03-28' })).toEqual([])
    expect(missingTraits({ birthDate: '1979-03-28' })).toEqual(['birthFamily', 'firstGiven', 'sex', 'birthPlaceCode'])
  })
})

describe('reliability', () => {
  it.each([
    [['VALI'], true, 'qualifiee'],
    [['VALI'], false, 'validee'],
    [['QUAL'], true, 'qualifiee'],
    [['N', 'VALI'], true, 'qualifiee'],
    [['PROV'], true, 'provisoire'],
    [['RECUP'], true, 'recuperee'],
    [[], true, 'provisoire'],
    [['VALI', 'DOUT'], true, 'provisoire'],
    [['VALI', 'FICT'], true, 'provisoire'],
    [['VIDE'], false, 'provisoire'],
  ] as const)('%j, verifiable INS %s: %s', (statuses, hasIns, tag) => {
    expect(identityTag(statuses, hasIns)).toBe(tag)
  })
})

describe('OIDs', () => {
  it('a known one has its URI, an unknown one becomes a URN, a word becomes nothing', () => {
    expect(uriOfOid('2.16.840.1.113883.6.1')).toBe('http://loinc.org')
    expect(uriOfOid('1.2.250.1.999.77')).toBe('urn:oid:1.2.250.1.999.77')
    expect(uriOfOid('xxxxxxxx')).toBeUndefined()
    expect(isOid('1.2.250.01')).toBe(false)
  })
})

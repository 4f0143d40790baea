/*
  The sandbox's own identity providers: one of professionals, one of citizens. They have no address: `hub token` signs with their keys what they would say.
*/

const issuer = (kind, name) => ({ kind, issuer: `https://${name}.e-parcours.example`, audience: 'sandbox-portal' })

export const ISSUERS = [issuer('professional', 'identite-professionnelle'), issuer('citizen', 'identite-citoyenne')]

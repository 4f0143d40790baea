/*
  Events that can be notified (ADM, SOR, DOC, NOT and those of medical devices).
  Source: JDV_J46-TypeEvenementNotification-CISIS, OID 1.2.250.1.213.1.1.5.101, version 20220624120000; Agence du numérique en santé; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const J46_EVENTS = new CodeTable({ name: 'JDV_J46-TypeEvenementNotification-CISIS', oid: '1.2.250.1.213.1.1.5.101', version: 'version 20220624120000', publisher: 'Agence du numérique en santé' }, [
  ['ADM', '1.2.250.1.213.1.1.4.337', 'Admission d\'un patient dans un établissement de santé'],
  ['AUT', '1.2.250.1.213.1.1.4.337', 'Autorisation de paiement de la facture des dispositifs médicaux'],
  ['CDM', '1.2.250.1.213.1.1.4.337', 'Commande de dispositifs médicaux'],
  ['DEM', '1.2.250.1.213.1.1.4.337', 'Demande de dispositifs médicaux à la pharmacie de l\'établissement de santé'],
  ['DEL', '1.2.250.1.213.1.1.4.337', 'Délivrance des dispositifs médicaux au service en charge de la pose chez le patient'],
  ['DOC', '1.2.250.1.213.1.1.4.337', 'Dépôt de document pour un patient'],
  ['ECH', '1.2.250.1.213.1.1.4.337', 'Echec de pose du dispositif médical'],
  ['ESD', '1.2.250.1.213.1.1.4.337', 'Entrée de stock des dispositifs médicaux au sein de l\'établissement de santé'],
  ['NCO', '1.2.250.1.213.1.1.4.337', 'Dispositif médical non-conforme, présentant un risque inacceptable pour la santé et la sécurité'],
  ['NOT', '1.2.250.1.213.1.1.4.337', 'Création d\'une note pour un patient dans le cahier de liaison'],
  ['PER', '1.2.250.1.213.1.1.4.337', 'Dispositif médical périmé'],
  ['POS', '1.2.250.1.213.1.1.4.337', 'Pose du dispositif médical'],
  ['REA', '1.2.250.1.213.1.1.4.337', 'Demande de réassort en dispositifs médicaux'],
  ['REC', '1.2.250.1.213.1.1.4.337', 'Réception valide du dispositif médical par l\'établissement de santé'],
  ['REP', '1.2.250.1.213.1.1.4.337', 'Réponse de la pharmacie de l\'établissement de santé au service responsable de la demande'],
  ['SDM', '1.2.250.1.213.1.1.4.337', 'Suppression de la demande de dispositif médicaux'],
  ['SOR', '1.2.250.1.213.1.1.4.337', 'Sortie d\'un patient de l\'établissement de santé'],
  ['SSD', '1.2.250.1.213.1.1.4.337', 'Sortie de stock des dispositifs médicaux'],
  ['TRA', '1.2.250.1.213.1.1.4.337', 'Transport des dispositifs médicaux'],
])

import type { PartnerTaskKind } from '../../contracts/names';
import type { Explained } from './explained';

/** Tasks of a partner, explained. */
export const PARTNER_EXPLAINED: Record<PartnerTaskKind, Explained> = {
  membershipRenewalDue: {
    means: 'Until the membership has a new date on record, nobody can enroll or renew.',
    resolutions: {},
    doings: [
      {
        does: 'updateMembership',
        fields: ['name=NAME', 'mpnId=ID', 'membershipRenewsOn=DAY'],
        leadsTo: 'the membership goes on until that day',
      },
    ],
  },
  enrollmentRenewalDue: {
    means: 'Without it the enrollment lapses: reservations are refused, and engagements under way are held.',
    resolutions: {},
    doings: [
      {
        does: 'renewEnrollment',
        fields: ['requirementsReviewedOn=DAY', 'policiesReviewedOn=DAY', 'offerings=CODE'],
        leadsTo: 'enrolled for another year',
      },
      { does: 'withdrawFromOffering', fields: ['offering=CODE', 'reason=TEXT'], leadsTo: 'it ends with this year' },
    ],
  },
  competencyExpiring: {
    means: 'Engagements that need it are held when it has run out, and nothing new is reserved.',
    resolutions: { noted: 'the task is done; the competency runs out' },
    doings: [
      {
        does: 'recordCompetency',
        fields: ['competency=CODE', 'tier=TIER', 'attainedOn=DAY', 'expiresOn=DAY'],
        leadsTo: 'it is held until that day',
      },
    ],
  },
  agreementChanged: {
    means: 'Without the new version signed, nobody can enroll or renew; what is enrolled stays so until its year ends.',
    resolutions: {},
    doings: [
      {
        does: 'signAgreement',
        fields: ['signedBy=NAME', 'signedOn=DAY', 'policiesReviewedOn=DAY', 'agreementVersion=ID'],
        leadsTo: 'the new version is signed',
      },
    ],
  },
};

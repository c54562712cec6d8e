/** Our CAs in AWS, as far as batches need them: asking for one, and registering it. */
import { pemOf } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import { type Authority, type IssueTools, verificationCertificate } from '../../issuing/index.ts';
import { registerCa } from '../../registration/index.ts';
import type { CloudLink, Registration } from '../cloud/cloudlink.ts';

type Options = {
  tools: IssueTools;
  authorityOf: (issuerId?: string) => Authority;
  cloudLink: CloudLink;
  onChange: (...events: EventName[]) => void;
};

/** Asks about CAs in AWS and registers them. Without a name the default target is meant. */
export function createBatchCas({ tools, authorityOf, cloudLink, onChange }: Options) {
  return {
    /**
     * Asks AWS whether it knows this CA, and whether it is active there. The default is the active one here.
     * Who registers by the answer must leave an inactive CA alone: a person made it so.
     */
    async lookUpCa(issuerId = tools.authority().issuer.issuerId, target?: string): Promise<Registration> {
      const cloud = await cloudLink.cloud(target);
      const status = await cloud.describeCa(issuerId);
      const state = status === undefined ? 'notRegistered' : status === 'ACTIVE' ? 'active' : 'inactive';
      cloudLink.noteRegistration(issuerId, state, target);
      onChange('station.changed');
      return state;
    },

    /** Registers this CA; the default is the active one. Its key signs AWS's proof of possession. */
    async register(actor: string, issuerId?: string): Promise<string> {
      const cloud = await cloudLink.cloud();
      const authority = () => authorityOf(issuerId);
      // AWS already knows this CA. To activate it takes no signature, so no other check would refuse a revoked CA.
      if (authority().state === 'revoked') throw new StationError('ca.revoked', 'a revoked CA is not registered');
      const { certificateId: id, outcome } = await registerCa(cloud, {
        caCertificatePem: pemOf('CERTIFICATE', authority().issuer.certificateDer),
        makeVerificationCertificate: (code) => verificationCertificate(code, actor, { ...tools, authority }),
      });
      const data = { outcome, ...cloud.target };
      await tools.ledger.audit({ entry: 'cloud.caRegistered', actor, subject: id, data });
      cloudLink.noteRegistration(id, 'active');
      onChange('station.changed');
      return id;
    },
  };
}

import { certificateId, pemOf } from '../../ca/index.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names =
  | 'certificates.list'
  | 'certificates.show'
  | 'certificates.revoke'
  | 'certificates.putBack'
  | 'crl.status'
  | 'crl.make'
  | 'crl.show';

/** Methods about certificates, their revocation and CRLs. */
export const certificateHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { ledger, crlJobs, authority } = parts;
  const shown = async (serialHex: string) => {
    const { der, issuerDer, ...certificate } = await ledger.showCertificate(serialHex);
    return { certificate, der, issuerDer };
  };
  return {
    'certificates.list': (params) => ledger.listCertificates(params),
    'certificates.show': async ({ serialHex }) => {
      const { certificate, der, issuerDer } = await shown(serialHex);
      if (der === null) return { ...certificate, pem: null, chainPem: null };
      const pem = pemOf('CERTIFICATE', der);
      if (issuerDer === null) return { ...certificate, pem, chainPem: pem };
      const { chainDer } = authority.caOf(certificateId(issuerDer));
      const chainPem = [pem, ...chainDer.map((one) => pemOf('CERTIFICATE', one))].join('');
      return { ...certificate, pem, chainPem };
    },
    'certificates.revoke': async ({ serialHex, reason, note }, { actor }) => {
      await ledger.revokeCertificate({ serialHex, reason, note, actor });
      await crlJobs.settle();
      parts.changed('station.changed', 'batches.changed');
      return (await shown(serialHex)).certificate;
    },
    'certificates.putBack': async ({ serialHex, note }, { actor }) => {
      await ledger.putBackCertificate({ serialHex, note, actor });
      parts.allowLists.wake();
      parts.changed('station.changed', 'batches.changed');
      return (await shown(serialHex)).certificate;
    },

    'crl.status': () => crlJobs.status(),
    'crl.make': (_, { actor }) => crlJobs.make(actor),
    'crl.show': async ({ issuerId = authority.issuer.issuerId }) => {
      const last = await ledger.lastCrl(authority.caOf(issuerId).facts.issuerId);
      return { pem: last ? pemOf('X509 CRL', last.der) : null };
    },
  };
};

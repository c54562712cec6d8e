import type { Account, Certificate, CertificateStatus } from '../account.ts';
import { iotError } from '../errors.ts';
import {
  addCertificate,
  certificateArn,
  findCertificate,
  pemOf,
  refuseKnown,
  removeCertificate,
  setStatus,
} from './holdings.ts';
import { createKeys } from './issuer.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { derivedId } from './records.ts';
import { issueFromCsr, registerCertificate } from './register.ts';
import type { certificateTable } from './table/certificates.ts';
import type { certificateStatus } from './types.ts';
import { checkQuality, parsePem, validity } from './x509.ts';

export const certificateHandlers: Handlers<typeof certificateTable> = {
  RegisterCertificate: (input, account) => {
    const status = usable(input.status ?? (input.setAsActive ? 'ACTIVE' : 'INACTIVE'));
    return answer(account, registerCertificate(account, input.certificatePem, input.caCertificatePem, status));
  },

  RegisterCertificateWithoutCA: (input, account) => {
    const status = usable(input.status ?? 'INACTIVE');
    const certificate = parsePem(input.certificatePem);
    refuseKnown(account, certificate);
    checkQuality(certificate, account.clock.now());
    return answer(account, addCertificate(account, certificate, { status, mode: 'SNI_ONLY' }));
  },

  CreateCertificateFromCsr: (input, account) => {
    const made = issueFromCsr(account, input.certificateSigningRequest, input.setAsActive ? 'ACTIVE' : 'INACTIVE');
    return { ...answer(account, made), certificatePem: pemOf(made) };
  },

  CreateKeysAndCertificate: async (input, account) => {
    const { publicKey, privateKey, pem } = await createKeys(account);
    const status = input.setAsActive ? 'ACTIVE' : 'INACTIVE';
    const made = addCertificate(account, parsePem(pem), { status, mode: 'DEFAULT' });
    const keyPair = { PublicKey: publicKey, PrivateKey: privateKey };
    return { ...answer(account, made), certificatePem: pemOf(made), keyPair };
  },

  UpdateCertificate: (input, account) => {
    setStatus(account, findCertificate(account, input.certificateId), usable(input.newStatus));
    return {};
  },

  DescribeCertificate: (input, account) => {
    const certificate = findCertificate(account, input.certificateId);
    const pem = pemOf(certificate);
    return {
      certificateDescription: {
        ...summary(account, certificate),
        caCertificateId: certificate.caCertificateId,
        certificatePem: pem,
        ownedBy: account.id,
        lastModifiedDate: certificate.modifiedAt,
        customerVersion: certificate.version,
        generationId: derivedId(certificate.certificateId, certificate.createdAt),
        validity: validity(parsePem(pem)),
      },
    };
  },

  ListCertificates: (input, account) =>
    list(account, input, 'certificates', {
      keys: account.state.certificates.keys(),
      show: (id) => shown(account, id),
    }),

  /** A CA that is not there is no error of this operation: it has no certificates, or those from before its deletion. */
  ListCertificatesByCA: (input, account) =>
    list(account, input, 'certificates', {
      keys: account.links.issuedBy.get(input.caCertificateId.toLowerCase()),
      show: (id) => shown(account, id),
    }),

  DeleteCertificate: (input, account) => {
    const certificate = findCertificate(account, input.certificateId);
    const { certificateId: id, policies } = certificate;
    if (certificate.status === 'ACTIVE') {
      throw iotError('CertificateStateException', 'The certificate is active: deactivate it first.');
    }
    if (account.links.thingsOf.get(id).size > 0 || (policies.length > 0 && !input.forceDelete)) {
      throw iotError('DeleteConflictException', 'A thing or a policy is attached to the certificate.');
    }
    removeCertificate(account, certificate);
    return {};
  },
};

/** PENDING_TRANSFER and PENDING_ACTIVATION are AWS's own, REGISTER_INACTIVE is deprecated. */
function usable(status: ReturnType<typeof certificateStatus>): CertificateStatus {
  if (status === 'ACTIVE' || status === 'INACTIVE' || status === 'REVOKED') return status;
  throw iotError('InvalidRequestException', `The status ${status} cannot be set.`);
}

const answer = (account: Account, certificate: Certificate) => ({
  certificateArn: certificateArn(account, certificate),
  certificateId: certificate.certificateId,
});

const summary = (account: Account, certificate: Certificate) => ({
  ...answer(account, certificate),
  status: certificate.status,
  certificateMode: certificate.mode,
  creationDate: certificate.createdAt,
});

function shown(account: Account, id: string) {
  const certificate = account.state.certificates.get(id);
  return certificate && summary(account, certificate);
}

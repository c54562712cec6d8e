/** The CA's public names. The order of use, by `app/issuing`: parseCsr, (the rules), buildTbs, lint, (reserve), sign, assemble, verifyIssued. */

export { DerError } from './asn1/node.ts';
export { derOf, pemOf } from './asn1/pem.ts';
export {
  makeIssuingCertificate,
  makeRootCertificate,
  newCaKeyPair,
} from './authorities/certify.ts';
export { expiryOf } from './authorities/expiry.ts';
export { type CaFacts, readCa } from './authorities/facts.ts';
export {
  type CaFiles,
  createHierarchy,
  type Hierarchy,
  hierarchySubjects,
} from './authorities/hierarchy.ts';
export { assertUsable, type Issuer, issuerFrom, issuerOf, issuerUnder } from './authorities/issuer.ts';
export {
  type CaKey,
  type CaKeyState,
  type KeyService,
  softwareKey,
  type Tokens,
  type Vault,
} from './authorities/key.ts';
export { proveKey } from './authorities/keyproof.ts';
export { chainFrom } from './authorities/outsidechain.ts';
export { caSubject, previewCa, subjectTextOf } from './authorities/plan.ts';
export { caRequest } from './authorities/request.ts';
export { createSigner, type Signer } from './authorities/signer.ts';
export { unfit } from './authorities/unfit.ts';
export { decryptKey, encryptKey } from './keyfiles/encrypted.ts';
export { writeP12 } from './keyfiles/p12write.ts';
export { readCaFile, readExport } from './keyfiles/read.ts';
export { joinShares, shareFacts, splitKey } from './keyfiles/shares.ts';
export { type KeyFacts, readKey } from './keys/publickey.ts';
export { sampleKey } from './keys/samplekey.ts';
export { lint, lints } from './lints/linted.ts';
export { checkProfile } from './profiles/check.ts';
export { type CertificatePreview, previewCertificate } from './profiles/preview.ts';
export {
  defaultProfile,
  type Profile,
  profileNamed,
  profiles,
} from './profiles/profile.ts';
export { readAmazonCertificate } from './x509/amazon.ts';
export { assemble, verifyIssued } from './x509/assemble.ts';
export { certificateId, serialHexOf } from './x509/certificate.ts';
export { assembleCrl, buildCrl, type RevokedEntry, verifyCrl } from './x509/crl.ts';
export { type CsrFacts, maxCsrBytes, parseCsr } from './x509/csr.ts';
export { type RefusalReason, refusals } from './x509/csrrefusal.ts';
export { keyOfCertificate, verifyChain, verifyProof } from './x509/devicechain.ts';
export { keyRequest } from './x509/request.ts';
export { buildTbs, newSerial, type Tbs, type TbsRequest } from './x509/tbs.ts';

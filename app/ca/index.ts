/** The CA's public names. The order of use: parseCsr, decide, buildTbs, lint, (reserve), sign, assemble, verifyIssued. */

export { DerError } from './asn1/node.ts';
export { derOf, pemOf } from './asn1/pem.ts';
export {
  type IssuingRequest,
  makeIssuingCertificate,
  makeRootCertificate,
  newCaKeyPair,
  type RootRequest,
} from './authorities/certify.ts';
export { expiryOf } from './authorities/expiry.ts';
export { assertValidNow, type CaFacts, readCa } from './authorities/facts.ts';
export {
  type CaFiles,
  createHierarchy,
  type Hierarchy,
  type HierarchyRequest,
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
export { type ChainTerms, chainFrom } from './authorities/outsidechain.ts';
export { type CaNames, type CaTerms, caSubject, previewCa, subjectTextOf } from './authorities/plan.ts';
export { caRequest } from './authorities/request.ts';
export { createSigner, type Signer } from './authorities/signer.ts';
export { type UnfitReason, unfit, unfitReasons } from './authorities/unfit.ts';
export { checkPassphrase, decryptKey, encryptKey } from './keyfiles/encrypted.ts';
export type { BadKeyFileReason } from './keyfiles/fault.ts';
export { type P12Request, writeP12 } from './keyfiles/p12write.ts';
export { type CaFile, readCaFile, readExport } from './keyfiles/read.ts';
export { type BadShareReason, joinShares, type ShareFacts, shareFacts, splitKey } from './keyfiles/shares.ts';
export { type KeyFacts, type KeyType, readKey } from './keys/publickey.ts';
export { sampleKey } from './keys/samplekey.ts';
export type { Lint } from './lints/define.ts';
export { type LintFailure, lint, lints } from './lints/linted.ts';
export { type Decision, decide, type PolicyFacts, requireAllowed } from './policy.ts';
export { type CheckedProfile, checkProfile, type ProfileProblem } from './profiles/check.ts';
export { type CertificatePreview, type PreviewExtension, previewCertificate } from './profiles/preview.ts';
export {
  defaultProfile,
  type Profile,
  profileNamed,
  profiles,
  type SubjectSource,
  signatureOf,
} from './profiles/profile.ts';
export type { SignatureAlgorithm } from './x509/algorithm.ts';
export { assemble, verifyIssued } from './x509/assemble.ts';
export { certificateId, serialHexOf } from './x509/certificate.ts';
export { assembleCrl, buildCrl, type CrlRequest, type RevokedEntry, verifyCrl } from './x509/crl.ts';
export { type CsrFacts, maxCsrBytes, parseCsr } from './x509/csr.ts';
export { type RefusalReason, refusals } from './x509/csrrefusal.ts';
export { keyOfCertificate, type Proof, verifyChain, verifyProof } from './x509/devicechain.ts';
export type { Subject } from './x509/name.ts';
export { buildTbs, newSerial, type Tbs, type TbsRequest } from './x509/tbs.ts';

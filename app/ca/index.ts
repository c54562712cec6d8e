/** The CA's public names. The order of use: parseCsr, decide, buildTbs, lint, (reserve), sign, assemble, verifyIssued. */
export type { SignatureAlgorithm } from './algorithm.ts';
export { assemble, verifyIssued } from './assemble.ts';
export type { BadKeyFileReason } from './badkeyfile.ts';
export { type ChainTerms, chainFrom } from './cachain.ts';
export { assertValidNow, type CaFacts, readCa } from './cafacts.ts';
export { type CaFile, readCaFile, readExport } from './caimport.ts';
export { type CaKey, type CaKeyState, type KeyService, softwareKey, type Tokens, type Vault } from './cakey.ts';
export { type CaNames, type CaTerms, caSubject, previewCa, subjectTextOf } from './caplan.ts';
export { caRequest } from './carequest.ts';
export { certificateId, serialHexOf } from './certificate.ts';
export {
  type IssuingRequest,
  makeIssuingCertificate,
  makeRootCertificate,
  newCaKeyPair,
  type RootRequest,
} from './certify.ts';
export { keyOfCertificate, type Proof, verifyChain, verifyProof } from './chain.ts';
export { assembleCrl, buildCrl, type CrlRequest, type RevokedEntry, verifyCrl } from './crl.ts';
export { type CsrFacts, maxCsrBytes, parseCsr } from './csr.ts';
export { expiryOf } from './expiry.ts';
export {
  type CaFiles,
  createHierarchy,
  type Hierarchy,
  type HierarchyRequest,
  hierarchySubjects,
} from './hierarchy.ts';
export { assertUsable, type Issuer, issuerFrom, issuerOf, issuerUnder } from './issuer.ts';
export { type KeyFacts, type KeyType, readKey } from './key.ts';
export { checkPassphrase, decryptKey, encryptKey } from './keyfile.ts';
export { type LintFailure, lint, lints } from './lint.ts';
export type { Lint } from './lints/lint.ts';
export type { Subject } from './name.ts';
export { DerError } from './node.ts';
export { type P12Request, writeP12 } from './p12write.ts';
export { derOf, pemOf } from './pem.ts';
export { type Decision, decide, type PolicyFacts, requireAllowed } from './policy.ts';
export { type CertificatePreview, type PreviewExtension, previewCertificate } from './preview.ts';
export { defaultProfile, type Profile, profileNamed, profiles, type SubjectSource, signatureOf } from './profile.ts';
export { type CheckedProfile, checkProfile, type ProfileProblem } from './profilecheck.ts';
export { proveKey } from './prove.ts';
export { type RefusalReason, refusals } from './refusal.ts';
export { sampleKey } from './samplekey.ts';
export { createSigner, type Signer } from './signer.ts';
export { type BadShareReason, joinShares, type ShareFacts, shareFacts, splitKey } from './split.ts';
export { buildTbs, newSerial, type Tbs, type TbsRequest } from './tbs.ts';
export { type UnfitReason, unfit, unfitReasons } from './unfit.ts';

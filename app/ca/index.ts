/** The CA's public names. The order of use: parseCsr, decide, buildTbs, lint, (reserve), sign, assemble, verifyIssued. */
export type { SignatureAlgorithm } from './algorithm.ts';
export { assemble, verifyIssued } from './assemble.ts';
export { type CaKey, type CaKeyState, type KeyService, softwareKey, type Tokens, type Vault } from './cakey.ts';
export { certificateId } from './certificate.ts';
export { keyOfCertificate, type Proof, verifyChain, verifyProof } from './chain.ts';
export { assembleCrl, buildCrl, type CrlRequest, type RevokedEntry, verifyCrl } from './crl.ts';
export { type CsrFacts, maxCsrBytes, parseCsr } from './csr.ts';
export {
  type CaFiles,
  createHierarchy,
  type Hierarchy,
  type HierarchyRequest,
  hierarchySubjects,
} from './hierarchy.ts';
export { assertUsable, type Issuer, issuerFrom, issuerUnder } from './issuer.ts';
export { type KeyFacts, type KeyType, readKey } from './key.ts';
export { checkPassphrase, decryptKey, encryptKey } from './keyfile.ts';
export { type LintFailure, lint, lints } from './lint.ts';
export type { Lint } from './lints/lint.ts';
export type { Subject } from './name.ts';
export { DerError } from './node.ts';
export { derOf, pemOf } from './pem.ts';
export { type Decision, decide, type PolicyFacts, requireAllowed } from './policy.ts';
export { type CertificatePreview, type PreviewExtension, previewCertificate } from './preview.ts';
export { defaultProfile, type Profile, profileNamed, profiles, type SubjectSource, signatureOf } from './profile.ts';
export { type CheckedProfile, checkProfile, type ProfileProblem } from './profilecheck.ts';
export { type RefusalReason, refusals } from './refusal.ts';
export { createSigner, type Signer } from './signer.ts';
export { buildTbs, newSerial, type Tbs, type TbsRequest } from './tbs.ts';

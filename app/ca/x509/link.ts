/** One step of a path (RFC 5280 §6.1.3): is this certificate signed by that CA? */

import { sameBytes } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { unfit } from '../authorities/unfit.ts';
import { importKey, isRsa, readKey } from '../keys/publickey.ts';
import { signatureAlgorithms, verifies } from './algorithm.ts';
import type { CertificateView } from './certificate.ts';
import { isWeakAlgorithm } from './csr.ts';
import { readAuthority, readSubjectKeyIdentifier } from './extension.ts';

/**
 * Checks name, algorithm and signature. Identifiers are compared when both sides have one; a self-signed certificate
 * and those it signs may lack them (RFC 5280 §4.2.1.1). Dates and powers are not checked here.
 * @throws `ca.unfit` – `brokenChain`, `weakAlgorithm`, `unsupported`
 */
export function checkLink(child: CertificateView, parent: CertificateView): void {
  const who = `the certificate of ${child.tbs.subject.text}`;
  const whom = parent.tbs.subject.text;
  if (!sameBytes(child.tbs.issuerDer, parent.tbs.subjectDer))
    throw unfit('brokenChain', `${who} is not issued by ${whom}`);
  if (!fitsIdentifiers(child, parent)) throw unfit('brokenChain', `${who} names another key of ${whom}`);
  const { algorithm, oid, parameters } = child.algorithm;
  if (isWeakAlgorithm(oid)) throw unfit('weakAlgorithm', `${who} is signed with SHA-1 or older (${oid})`);
  if (algorithm === undefined || parameters !== 'asStandard')
    throw unfit('unsupported', `${who} is signed in a way this station does not verify (${oid})`);
  // RFC 5280 §4.1.1.2: the outer algorithm equals the inner one.
  if (algorithm !== child.tbs.signature.algorithm) throw unfit('brokenChain', `${who} names two signature algorithms`);
  const key = readKey(parent.tbs.spkiDer);
  const fits = (signatureAlgorithms[algorithm].family === 'RSA') === isRsa(key.keyType);
  if (!fits || !verifies(algorithm, child.tbsDer, importKey(key), child.signature))
    throw unfit('brokenChain', `the signature on ${who} is not by ${whom}`);
}

function fitsIdentifiers({ tbs }: CertificateView, parent: CertificateView): boolean {
  const authority = tbs.extensions.find(({ oid }) => oid === oids.authorityKeyIdentifier);
  if (authority === undefined) return true;
  const { keyIdentifier, serial } = readAuthority(authority.value);
  const subject = parent.tbs.extensions.find(({ oid }) => oid === oids.subjectKeyIdentifier);
  if (serial !== undefined && !sameBytes(serial, parent.tbs.serial)) return false;
  if (keyIdentifier === undefined || subject === undefined) return true;
  return sameBytes(keyIdentifier, readSubjectKeyIdentifier(subject.value));
}

/** From the certificates that an outside CA hands out to the one path under which devices are certified. */

import { sameBytes } from '../asn1/node.ts';
import { blocksOf } from '../asn1/pem.ts';
import { type CertificateView, readCertificate } from '../x509/certificate.ts';
import { checkLink } from '../x509/link.ts';
import { assertValidNow, type CaFacts, readCa } from './facts.ts';
import { issuerOf } from './issuer.ts';
import { unfit } from './unfit.ts';

const maxCertificates = 64;

export type ChainTerms = {
  /**
   * The key that the issuing CA's certificate must be for. Without it, the issuing CA is the one certificate that
   * issued none of the others.
   */
  leafSpkiDer?: Uint8Array | undefined;
  now: Date;
};

/**
 * The path from the issuing CA (first) to a self-signed root (last). Every step is verified, and every CA is fit to
 * have device certificates below it. Certificates come as DER, or as PEM in any order and with any text around them.
 *
 * Certificates that the path does not need are ignored: company bundles contain other CAs too, and a certificate is not
 * accepted just because it is in the text. But each one must be readable, because a damaged one may be the missing one.
 * @throws `ca.unfit` – with `data.reason`
 */
export function chainFrom(source: string | readonly Uint8Array[], terms: ChainTerms): CaFacts[] {
  const all = readAll(typeof source === 'string' ? dersIn(source) : source);
  const views = climb(findIssuing(all, terms), all, terms.now);
  const path = views.map(({ der }) => readCa(der));
  for (const [below, ca] of path.entries()) {
    assertValidNow(ca, terms.now);
    if (ca.pathLength !== undefined && ca.pathLength < below) {
      const why = `${ca.subjectText} allows ${ca.pathLength} CAs between it and a device, and there would be ${below}`;
      throw unfit('pathTooLong', why);
    }
    const twin = path.slice(0, below).find(({ subjectDer }) => sameBytes(subjectDer, ca.subjectDer));
    if (twin !== undefined) throw unfit('nameClash', `two CAs of the path are called ${ca.subjectText}`);
  }
  issuerOf(path[0]!);
  return path;
}

type Candidate = { der: Uint8Array; view: CertificateView };

function dersIn(text: string): Uint8Array[] {
  try {
    return ['CERTIFICATE', 'X509 CERTIFICATE'].flatMap((label) => blocksOf(text, label));
  } catch (cause) {
    throw unfit('unreadable', `the text holds a damaged certificate: ${(cause as Error).message}`, { cause });
  }
}

function readAll(ders: readonly Uint8Array[]): Candidate[] {
  if (ders.length > maxCertificates)
    throw unfit('tooMany', `${ders.length} certificates, at most ${maxCertificates} are read`);
  if (ders.length === 0) throw unfit('unreadable', 'there is no certificate in PEM in the text');
  const once = ders.filter((der, i) => ders.findIndex((other) => sameBytes(der, other)) === i);
  return once.map((der, i) => {
    try {
      return { der, view: readCertificate(der) };
    } catch (cause) {
      throw unfit('unreadable', `certificate ${i + 1} of the text cannot be read: ${(cause as Error).message}`, {
        cause,
      });
    }
  });
}

const issued = (parent: Candidate, child: Candidate): boolean =>
  sameBytes(child.view.tbs.issuerDer, parent.view.tbs.subjectDer);
const isSelfIssued = (one: Candidate): boolean => issued(one, one);
const isValid = ({ view: { tbs } }: Candidate, now: Date): boolean => now >= tbs.notBefore && now <= tbs.notAfter;

function findIssuing(all: readonly Candidate[], { leafSpkiDer, now }: ChainTerms): Candidate {
  if (leafSpkiDer !== undefined) {
    const own = all.filter(({ view }) => sameBytes(view.tbs.spkiDer, leafSpkiDer));
    if (own.length === 0) throw unfit('otherKey', 'none of the certificates is for the key of this CA');
    // The key may also have a self-signed certificate: the tool that made the key wrote that one first.
    const certified = own.filter((one) => !isSelfIssued(one));
    return best(certified.length > 0 ? certified : own, now);
  }
  const lowest = all.filter((one) => !all.some((other) => other !== one && issued(one, other)));
  if (lowest.length !== 1) throw unfit('ambiguous', `${lowest.length} certificates could be that of the issuing CA`);
  return lowest[0]!;
}

/**
 * Chooses between certificates for one key (renewed or cross-signed): first valid ones, then roots, then the one that
 * lasts longest.
 */
function best(candidates: readonly Candidate[], now: Date): Candidate {
  const marks = [
    (one: Candidate) => Number(isValid(one, now)),
    (one: Candidate) => Number(isSelfIssued(one)),
    ({ view }: Candidate) => view.tbs.notAfter.getTime(),
  ];
  const better = (a: Candidate, b: Candidate) => marks.reduce((order, mark) => order || mark(b) - mark(a), 0);
  return [...candidates].sort(better)[0]!;
}

function climb(from: Candidate, all: readonly Candidate[], now: Date): Candidate[] {
  const path = [from];
  for (let child = from; !isSelfIssued(child); path.push(child)) child = parentOf(child, all, path, now);
  const root = path.at(-1)!;
  checkLink(root.view, root.view);
  return path;
}

function parentOf(child: Candidate, all: readonly Candidate[], path: readonly Candidate[], now: Date): Candidate {
  const named = all.filter((one) => issued(one, child) && !path.includes(one));
  const signers = named.filter((one) => linkError(child, one) === undefined);
  if (signers.length > 0) return best(signers, now);
  if (named.length > 0) throw linkError(child, named[0]!);
  throw unfit('noRoot', `the certificate of the CA that issued ${child.view.tbs.subject.text} is missing`);
}

function linkError(child: Candidate, parent: Candidate): unknown {
  try {
    readCa(parent.der);
    checkLink(child.view, parent.view);
    return undefined;
  } catch (error) {
    return error;
  }
}

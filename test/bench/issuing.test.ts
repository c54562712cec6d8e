/** The issuing bench compares like with like: each installed tool makes the requested certificate, or refuses. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { pemOf } from '../../app/ca/index.ts';
import { needTools, openssl } from '../ca/support.ts';
import type { Contender } from './issuing/contender.ts';
import { type KeyKind, type Material, makeMaterial, type Request } from './issuing/material.ts';
import { isThere, openAll } from './issuing/race.ts';

const clientAuth = '1.3.6.1.5.5.7.3.2';
const kinds: readonly KeyKind[] = ['P-256', 'RSA-2048'];

for (const kind of kinds) {
  describe(`issuing for ${kind}`, () => {
    test('every contender makes the certificate that was asked for', async (t) => {
      if (!needTools(t, 'openssl')) return;
      const { material, contenders } = await open(t, kind, 2);
      for (const one of contenders) {
        const made = await issued(one, material.requests);
        assert.equal(made.length, 2, one.name);
        if (one.role === 'bound') continue;
        for (const [at, request] of material.requests.entries()) isRight(one.name, made[at]!, request, material);
      }
    });

    test('none certifies a key whose possession is not proved', async (t) => {
      if (!needTools(t, 'openssl')) return;
      const { material, contenders } = await open(t, kind, 1);
      const forged = renamed(material.requests[0]!);
      for (const one of contenders.filter(({ role }) => role !== 'bound')) {
        const made = await issued(one, [forged]).catch(() => []);
        assert.deepEqual(made, [], one.name);
      }
    });
  });
}

async function open(t: TestContext, kind: KeyKind, count: number) {
  const material = await makeMaterial(kind, count);
  const opened = await openAll(material);
  const contenders = opened.filter(isThere);
  t.after(async () => {
    for (const { close } of contenders) await close?.();
    rmSync(material.folder, { recursive: true, force: true });
  });
  for (const one of opened) if (!isThere(one)) assert.match(one.cannot, /apt-get install|EC key/, one.name);
  assert.equal(contenders.filter(({ role }) => role === 'ours').length, 3);
  return { material, contenders };
}

async function issued(one: Contender, requests: readonly Request[]) {
  await one.ready?.();
  return one.issue(requests);
}

function isRight(who: string, made: string | Uint8Array, request: Request, { ca, caFile, folder }: Material): void {
  const certificate = new X509Certificate(made);
  assert.ok(certificate.verify(ca.issuer.publicKey), who);
  assert.match(certificate.subject, new RegExp(`O=Tømmer & Co\nCN=${request.unitSerial}$`), who);
  assert.equal(certificate.publicKey.export({ type: 'spki', format: 'pem' }), request.spkiPem, who);
  assert.equal(certificate.ca, false, who);
  assert.deepEqual(certificate.keyUsage, [clientAuth], who);
  const pem = typeof made === 'string' ? made : pemOf('CERTIFICATE', made);
  const extensions = openssl(['x509', '-noout', '-ext', 'subjectKeyIdentifier,authorityKeyIdentifier,keyUsage'], pem);
  for (const wanted of [/Subject Key Identifier/, /Authority Key Identifier/, /Key Usage: critical\s+Digital Sig/]) {
    assert.match(extensions.output, wanted, who);
  }
  const file = join(folder, 'made.pem');
  writeFileSync(file, pem);
  const verdict = openssl([
    'verify',
    '-partial_chain',
    '-x509_strict',
    '-purpose',
    'sslclient',
    '-CAfile',
    caFile,
    file,
  ]);
  assert.ok(verdict.ok, `${who}: ${verdict.output}`);
}

/** The request with another name in it: the signature is over the old one. */
function renamed(request: Request): Request {
  const at = Buffer.from(request.csrDer).indexOf(request.unitSerial);
  const csrDer = Uint8Array.from(request.csrDer);
  csrDer[at] = 'X'.charCodeAt(0);
  const csrPem = pemOf('CERTIFICATE REQUEST', csrDer);
  writeFileSync(request.csrFile, csrPem);
  return { ...request, unitSerial: `X${request.unitSerial.slice(1)}`, csrDer, csrPem };
}

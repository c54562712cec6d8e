/** Requests as others have met them, each with its verdict: through the gate, the policy, the records and the CA. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pemOf } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import { signCsr } from '../../app/issuing/index.ts';
import { type Bed, makeBed } from '../line/support.ts';
import { needTools, openssl, scratch } from './support.ts';

type Case = { id: string; file: string; unitSerial: string; expect: 'issue' | 'refuse'; reason?: string; why: string };

const folder = join(import.meta.dirname, 'cases');
const cases = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Case[];

describe('requests as others have met them', { concurrency: false }, () => {
  let bed: Bed;
  before(async () => {
    bed = await makeBed(1);
  });
  after(() => bed?.close());

  const sign = ({ file, unitSerial }: Case) => {
    const csr = new Uint8Array(readFileSync(join(folder, file)));
    return signCsr({ csr, unitSerial, orderId: undefined, actor: 'test' }, bed.station.parts.lineTools);
  };
  const issuedTo = async (unitSerial: string) =>
    (await bed.station.parts.ledger.showUnit(unitSerial).catch(() => undefined))?.certificates.length ?? 0;

  test('every file has a verdict', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.csr'));
    assert.deepEqual(files.sort(), cases.map(({ file }) => file).sort());
  });

  for (const one of cases.filter(({ expect }) => expect === 'refuse')) {
    // The clone is a case only after the unit it is a clone of.
    if (one.reason === 'keySeen') continue;
    test(`${one.id} is refused: ${one.why}`, async () => {
      await assert.rejects(sign(one), (thrown) => {
        assert.ok(thrown instanceof StationError, String(thrown));
        assert.equal(thrown.data?.reason, one.reason, thrown.message);
        return true;
      });
      assert.equal(await issuedTo(one.unitSerial), 0, 'nothing was reserved or signed');
    });
  }

  for (const one of cases.filter(({ expect }) => expect === 'issue')) {
    test(`${one.id} is issued: ${one.why}`, async (t) => {
      const { der } = await sign(one);
      const certificate = new X509Certificate(der);
      assert.match(certificate.subject, new RegExp(`^CN=${one.unitSerial}$`, 'm'));
      if (!needTools(t, 'openssl')) return;
      const file = scratch(t);
      const [path, csr] = [file('unit.pem', pemOf('CERTIFICATE', der)), join(folder, one.file)];
      const { rootDer, chainDer } = bed.station.parts.authority.current();
      const roots = file('root.pem', pemOf('CERTIFICATE', rootDer));
      const chain = file('chain.pem', chainDer.map((one) => pemOf('CERTIFICATE', one)).join(''));
      const verified = openssl(['verify', '-x509_strict', '-CAfile', roots, '-untrusted', chain, path]);
      assert.ok(verified.ok, verified.output);
      // The key that was asked for, and nothing else of what was.
      const form = one.file.startsWith('pem-') ? 'PEM' : 'DER';
      const asked = openssl(['req', '-inform', form, '-in', csr, '-noout', '-pubkey']);
      assert.ok(asked.output.includes(openssl(['x509', '-in', path, '-noout', '-pubkey']).output), asked.output);
      const { output } = openssl(['x509', '-in', path, '-noout', '-text']);
      assert.match(output, /CA:FALSE/);
      assert.doesNotMatch(output, /CA:TRUE|Certificate Sign|Subject Alternative Name|email/i);
      assert.deepEqual(
        [...output.matchAll(/X509v3 ([A-Z][\w ]+):/g)].map(([, name]) => name),
        bedExtensions,
        'what the profile says, and no more',
      );
    });
  }

  test('same-key-second-unit: the key of the first unit is refused on the second, by its reason, and stays refused', async () => {
    const clone = cases.find(({ reason }) => reason === 'keySeen')!;
    for (const _ of [1, 2]) {
      await assert.rejects(sign(clone), (thrown) => {
        assert.ok(thrown instanceof StationError);
        assert.deepEqual([thrown.code, thrown.data], ['policy.keySeen', { reason: 'keySeen', seenOn: 'U-117' }]);
        return true;
      });
    }
    assert.equal(await issuedTo(clone.unitSerial), 0);
    const { journal } = await bed.station.parts.ledger.showUnit(clone.unitSerial);
    assert.ok(
      journal.some(({ entry }) => entry === 'csr.refused'),
      'the refused request is kept as evidence',
    );
  });
});

const bedExtensions = [
  'Basic Constraints',
  'Key Usage',
  'Extended Key Usage',
  'Subject Key Identifier',
  'Authority Key Identifier',
];

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { StationError } from '../../app/contract/index.ts';
import { doctor } from '../../app/station/doctor.ts';
import type { StationHandle, StationParts } from '../../app/station/index.ts';
import { openStation } from '../../main/open.ts';
import { makeStation, passphrase } from '../support.ts';

describe('the doctor', () => {
  let station: StationHandle;
  let well: StationParts;
  before(async () => {
    station = await openStation({
      dir: await makeStation([{ slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'agent' }]),
      kind: 'host',
    });
    await station.parts.authority.unlock(passphrase);
    // What runs on this PC is not the station's doing.
    well = { ...station.parts, ports: { ...station.parts.ports, troubles: async () => [] } };
  });
  after(() => station?.close());

  test('finds nothing at a station that is well, and offers no remedy for it', async () => {
    const checks = await doctor(well);
    assert.deepEqual(
      checks.map(({ name, ok, remedy }) => [name, ok, remedy]),
      ['records', 'disk', 'clock', 'ca', 'ports', 'cloud'].map((name) => [name, true, undefined]),
    );
    assert.equal(checks.find(({ name }) => name === 'ports')?.detail, '0 of 1 slots have a device');
  });

  const refused = (detail: string) => () => Promise.reject(new StationError('cloud.bucket', detail));
  const ill: [string, RegExp, RegExp, (parts: StationParts) => Partial<StationParts>][] = [
    [
      'records',
      /page 7/,
      /backup/,
      ({ ledger }) => ({ ledger: { ...ledger, integrityCheck: async () => ['page 7 is torn'] } }),
    ],
    ['disk', /ENOENT/, /free some space/, ({ dir }) => ({ dir: `${dir}/gone` })],
    ['clock', /1970/, /PC clock/, ({ clock }) => ({ clock: { ...clock, now: () => new Date(0) } })],
    ['ca', /locked/, /passphrase/, ({ authority }) => ({ authority: { ...authority, state: () => 'locked' } })],
    ['ca', /expired/, /new issuing CA/, ({ authority }) => ({ authority: { ...authority, state: () => 'expired' } })],
    [
      'rootCrl',
      /was revoked/,
      /root-crl/,
      ({ crlJobs }) => ({
        crlJobs: { ...crlJobs, rootStanding: async () => ({ last: null, due: 'revocation' as const }) },
      }),
    ],
    [
      'ca',
      /revoked/,
      /another issuing CA/,
      ({ authority }) => ({ authority: { ...authority, state: () => 'revoked' } }),
    ],
    [
      'ports',
      /may not/,
      /cables/,
      ({ ports }) => ({
        ports: {
          ...ports,
          watch: () => {
            throw new Error('this user may not look');
          },
        },
      }),
    ],
    [
      'ModemManager',
      /process 7/,
      /systemctl disable/,
      ({ ports }) => ({
        ports: {
          ...ports,
          troubles: async () => [
            { name: 'ModemManager', detail: 'runs as process 7', remedy: 'sudo systemctl disable --now ModemManager' },
          ],
        },
      }),
    ],
    [
      'cloud',
      /another Region/,
      /credentials/,
      ({ cloudLink, config }) => ({
        cloudLink: {
          ...cloudLink,
          target: () => ({ region: 'us-east-1', bucket: 'b', roleArn: config.current().name, policyNames: [] }),
          cloud: refused('the bucket is in another Region'),
        },
      }),
    ],
  ];
  for (const [name, detail, remedy, change] of ill) {
    test(`${name}: says what is wrong (${detail.source}) and what to do`, async () => {
      const checks = await doctor({ ...well, ...change(well) });
      const found = checks.filter(({ ok }) => !ok);
      assert.deepEqual(
        found.map((check) => check.name),
        [name],
      );
      assert.match(found[0]?.detail ?? '', detail);
      assert.match(found[0]?.remedy ?? '', remedy);
    });
  }
});

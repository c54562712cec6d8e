import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTranslator } from 'use-intl';
import { StationError } from '../../app/contract/index.ts';
import { type BackupsSnapshot, type DoctorCheck, plainRules, usualBackups } from '../../app/contract/model.ts';
import { doctor } from '../../app/station/doctor.ts';
import type { StationHandle, StationParts } from '../../app/station/index.ts';
import type { ScannerState } from '../../app/station/scanners/index.ts';
import { openStation } from '../../main/openstation.ts';
import { tables } from '../../renderer/words/index.ts';
import { makeStation, passphrase } from '../support.ts';

/** Both languages have every value that the words of this finding ask for. */
function assertWords({ name, finding }: DoctorCheck): void {
  for (const locale of ['en', 'de'] as const) {
    const { findings, findingRemedies } = tables[locale];
    const onError = (error: Error) => assert.fail(`${locale} ${name}: ${error.message}`);
    const found = createTranslator({ locale, messages: findings, onError, timeZone: 'UTC' });
    const remedies = createTranslator({ locale, messages: findingRemedies, onError, timeZone: 'UTC' });
    // What screens say for the error code of a finding, see findingwords.ts.
    const values = { ...finding.values, ...(finding.values?.code === undefined ? {} : { said: 'AWS says no.' }) };
    const machine = () => String(finding.values?.why ?? finding.values?.problem);
    const said = [found.rich(finding.what, { ...values, machine })].flat().join('');
    assert.notEqual(said.trim(), '', `${locale} ${name}`);
    assert.doesNotMatch(said, /undefined/, `${locale} ${name}`);
    if (finding.remedy) assert.notEqual(remedies(finding.remedy, finding.values), '', `${locale} ${name}`);
  }
}

describe('the doctor', () => {
  let station: StationHandle;
  let well: StationParts;
  before(async () => {
    station = await openStation({
      dir: await makeStation([{ slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'agent' }]),
      kind: 'host',
      threads: false,
    });
    await station.parts.authority.unlock(passphrase);
    // What runs on this PC is not the station's doing.
    well = {
      ...station.parts,
      pcChecks: async () => [],
      ports: { ...station.parts.ports, troubles: async () => [] },
      ...settings({ keyboardScanner: { suffix: 'Enter' }, scan: { ...plainRules, badge } }),
      ...backups({}),
    };
  });
  after(() => station?.close());

  const badge = { kind: 'pattern', pattern: '[A-Z]{2}-\\d+', check: 'none' } as const;
  const settings = (change: object): Pick<StationParts, 'config'> => {
    const { config } = station.parts;
    return { config: { ...config, current: () => ({ ...config.current(), ...change }) } };
  };
  const lastGood = { at: '2026-11-29T08:00:00.000Z', by: 'schedule', folder: '/mnt/backups', name: 'birthmark-1' };
  const backups = (change: Partial<BackupsSnapshot>): Pick<StationParts, 'backupJobs'> => {
    const config = { ...usualBackups, folder: '/mnt/backups' };
    const now = { config, running: null, lastGood, lastFailed: null, bucket: null, overdue: false, nextAt: null };
    return { backupJobs: { ...station.parts.backupJobs, snapshot: async () => ({ ...now, ...change }) } };
  };
  const scannerIs = (state: ScannerState) => ({ scanners: { ...station.parts.scanners, states: () => [state] } });
  const scanner = { scannerId: 1, name: 'Bench', port: 'nowhere', baud: 9600, suffix: 'cr', prefix: '' } as const;

  test('finds nothing at a station that is well, and offers no remedy for it', async () => {
    const checks = await doctor(well);
    assert.deepEqual(
      checks.map(({ name, ok, remedy }) => [name, ok, remedy]),
      ['records', 'disk', 'rights', 'clock', 'ca', 'ports', 'backup', 'checkpoint', 'scanner', 'labels', 'cloud'].map(
        (name) => [name, true, undefined],
      ),
    );
    for (const check of checks) assertWords(check);
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
    ['backup', /no backups are made/, /another disk/, () => backups({ config: usualBackups })],
    ['backup', /hours old/, /connect the drive/, () => backups({ overdue: true })],
    [
      'backup',
      /is full/,
      /make room/,
      () =>
        backups({
          lastGood: null,
          lastFailed: { ...lastGood, name: null, code: 'backup.placeFull', detail: '/mnt/backups is full' },
        }),
    ],
    [
      'backup',
      /on the disk of the data folder/,
      /another disk/,
      () => backups({ config: { ...usualBackups, folder: '/b' }, lastGood: { ...lastGood, sameDisk: true } }),
    ],
    ...(
      [
        ['cloud.credentials', /renew the AWS credentials/],
        ['cloud.denied', /target test/],
        ['cloud.bucket', /another one/],
        ['cloud.throttled', /tries again by itself/],
        ['backup.bucketPublic', /Block Public Access/],
      ] as const
    ).map(([code, remedy]): [string, RegExp, RegExp, () => Partial<StationParts>] => {
      const failed = {
        at: lastGood.at,
        by: 'schedule',
        place: 's3://b/',
        name: 'birthmark-1',
        code,
        detail: 'AWS says no',
      };
      const bucket = { place: 's3://b/', last: null, failed, nextAt: lastGood.at };
      return ['backup', /AWS says no/, remedy, () => backups({ bucket })];
    }),
    ['backup', /another copy/, /stop one/, () => backups({ lastGood: { ...lastGood, twins: ['birthmark-2'] } })],
    [
      'restored',
      /WO-1/,
      /orders reconcile/,
      ({ ledger }) => ({
        ledger: {
          ...ledger,
          listOrders: async () => [{ ...(await ledger.listOrders())[0]!, orderId: 'WO-1', restoredAt: lastGood.at }],
        },
      }),
    ],
    ['disk', /ENOENT/, /free some space/, ({ dir }) => ({ dir: `${dir}/gone` })],
    // The root of the file system is another user's, or open to others, or both.
    ['rights', /another user|open to other|ENOENT/, /chmod/, () => ({ dir: '/tmp' })],
    ['clock', /1970/, /PC clock/, ({ clock }) => ({ clock: { ...clock, now: () => new Date(0) } })],
    [
      'scanner',
      /no scanner was taught/,
      /teaches/,
      () => settings({ keyboardScanner: null, scan: { ...plainRules, badge } }),
    ],
    ['labels', /badges have no rule/, /how badges look/, () => settings({ keyboardScanner: {} })],
    [
      'scanner 1',
      /Bench is not plugged in/,
      /USB-COM/,
      () => scannerIs({ scannerId: 1, name: 'Bench', state: 'absent' }),
    ],
    [
      'scanner 1',
      /permission/,
      /open serial ports/,
      () => scannerIs({ scannerId: 1, name: 'Bench', state: 'trouble', detail: 'no permission' }),
    ],
    // A command looks itself: nothing has the port open.
    [
      'scanner 1',
      /Bench is not plugged in/,
      /USB-COM/,
      () => ({
        ...settings({ scanners: [scanner], scan: { ...plainRules, badge } }),
        scanners: { ...station.parts.scanners, states: () => undefined },
      }),
    ],
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
            {
              name: 'ModemManager',
              detail: 'runs as process 7',
              remedy: 'sudo systemctl disable --now ModemManager',
              finding: {
                what: 'portHeld',
                remedy: 'asRoot',
                values: { name: 'ModemManager', pid: 7, commands: 'sudo systemctl disable --now ModemManager' },
              },
            },
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
          target: () => ({
            name: 'main',
            region: 'us-east-1',
            bucket: 'b',
            roleArn: config.current().name,
            policyNames: [],
          }),
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
      for (const check of found) {
        assertWords(check);
        assert.ok(check.finding.remedy, 'screens have a remedy, too');
      }
    });
  }
});

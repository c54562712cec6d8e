/** What was said to a unit is on record with its outcome: whole, in order, and asked for by the station's own methods. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import type { Station } from '../../app/contract/index.ts';
import { createClient } from '../../app/contract/index.ts';
import type { Transcript } from '../../app/contract/model.ts';
import { firmwareOf, simulated } from '../../app/practice/devices/index.ts';
import { isError } from '../device/support.ts';
import { openReplayBed } from './replaysupport.ts';

const said = ({ lines }: Transcript, dir: 'out' | 'in') =>
  lines
    .filter((line) => line.dir === dir)
    .map(({ text }) => text)
    .join('');

describe('transcripts of the line', { concurrency: false }, () => {
  let bed: Awaited<ReturnType<typeof openReplayBed>>;
  let operator: Station;
  let made = 100;

  before(async () => {
    bed = await openReplayBed();
    operator = createClient(bed.station.connect('test'));
    await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  });
  after(() => bed?.station.close());

  const makeDevice = (driver: string) => {
    made += 1;
    return firmwareOf(driver)!.make(made, { clock: bed.clock, seed: made });
  };

  /** Something each protocol must have said, and something its device must have answered. */
  const words: Record<string, [out: RegExp, answer: RegExp]> = {
    agent: [/>[0-9A-F]{4} commit cert \d+ [0-9a-f]{64}\*/, /ok sig=/],
    nrf91: [/AT%CMNG=0,16842753,1,"-----BEGIN CERTIFICATE-----\\r\\n/, /%KEYGEN: "/],
    freertos: [/pki import cert tls_cert/, /BEGIN CERTIFICATE REQUEST/],
    zephyr: [/cred add 16842753 SERV DEFAULT BINT\\r/, /Added TLS credential/],
  };

  for (const driver of Object.keys(simulated))
    test(`${driver}: a unit that passed`, async (t) => {
      const unitSerial = `T-${driver}`;
      const device = makeDevice(driver);
      const { outcome, detail } = await bed.attempt(driver, unitSerial, () => device.connect());
      assert.equal(outcome, 'PASS', detail);
      const [row, ...more] = await operator.call('units.transcripts', { unitSerial });
      assert.ok(row && more.length === 0);
      const transcript = await operator.call('units.transcript', { unitSerial, attempt: row.attempt });
      assert.deepEqual({ ...row, unitSerial, lines: transcript.lines }, transcript);
      assert.deepEqual([row.attempt, row.driver, row.truncated], [1, driver, false]);
      assert.match(said(transcript, 'out'), words[driver]![0]);
      assert.match(said(transcript, 'in'), words[driver]![1]);
      const { data } = await bed.station.parts.ledger.transcript({ unitSerial, attempt: 1 });
      t.diagnostic(`${driver}: ${row.bytes} bytes said, ${data.length} on record, ${transcript.lines.length} lines`);
      assert.ok(data.length < 20_000, `${data.length} bytes for one unit`);
    });

  test('a golden unit that is looked at again leaves what was said, each time', async () => {
    const device = makeDevice('agent');
    const unitSerial = 'T-GOLDEN';
    await bed.attempt('agent', unitSerial, () => device.connect());
    for (const silent of [false, true]) {
      device.fault = { silent };
      const { error } = await bed.golden('agent', unitSerial, () => device.connect());
      assert.equal(error?.code, silent ? 'link.timeout' : undefined);
    }
    const rows = await operator.call('units.transcripts', { unitSerial });
    assert.deepEqual(
      rows.map(({ attempt }) => attempt),
      [1, 0, 0],
    );
    const last = await operator.call('units.transcript', { unitSerial, attempt: 0 });
    assert.equal(said(last, 'in'), '', 'the device was silent');
    const first = await operator.call('units.transcript', { unitSerial, attempt: 0, startedAt: rows[1]!.startedAt });
    assert.match(said(first, 'in'), /ok sig=/);
  });

  test('a device that floods costs no more than what is kept, and says what was left out', async () => {
    // Chatter between answers, so that the conversation goes on for longer than is kept.
    const device = makeDevice('nrf91');
    device.fault = { noise: 450 };
    const { outcome, attempt, detail } = await bed.attempt('nrf91', 'T-NOISE', () => device.connect());
    assert.equal(outcome, 'PASS', detail);
    const transcript = await operator.call('units.transcript', { unitSerial: 'T-NOISE', attempt });
    assert.equal(transcript.truncated, true);
    assert.ok(transcript.bytes <= 262_144);
    assert.equal(transcript.lines.filter((line) => line.leftOut !== undefined).length, 1);
    assert.equal(transcript.lines[0]?.text, 'AT+CGSN\\r\\n');
    // Both ends of it: the device is asked what it holds at the last.
    assert.match(said(transcript, 'out'), /AT%CMNG=1,16842753,2\\r\\n$/);
  });

  test('a port that does not open leaves a conversation in which nothing was said', async () => {
    const { code, attempt } = await bed.attempt('agent', 'T-NOPORT', () => {
      throw new StationError('link.openFailed', 'no such port');
    });
    assert.equal(code, 'link.openFailed');
    const transcript = await operator.call('units.transcript', { unitSerial: 'T-NOPORT', attempt });
    assert.deepEqual([transcript.lines, transcript.bytes], [[], 0]);
  });

  test('what is asked for wrongly is refused by name', async () => {
    const ask = (unitSerial: string, attempt: number) => operator.call('units.transcript', { unitSerial, attempt });
    await assert.rejects(ask('NOBODY', 1), isError('unit.notFound'));
    await assert.rejects(ask('T-agent', 9), isError('unit.noTranscript'));
    await assert.rejects(ask('T-agent', -1), isError('call.badParams'));
    const nobody = createClient(bed.station.connect('test'));
    await assert.rejects(nobody.call('units.transcripts', { unitSerial: 'T-agent' }), isError('session.signedOut'));
  });
});

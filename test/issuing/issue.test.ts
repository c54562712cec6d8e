/** Issuing: what a failure at each point leaves on record, and that nothing is ever signed twice. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { defaultProfile, parseCsr, type Signer } from '../../app/ca/index.ts';
import { type ErrorCode, StationError } from '../../app/contract/index.ts';
import type { Device, Driver } from '../../app/device/driver.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { issueCertificate } from '../../app/issuing/index.ts';
import { type LineTools, recover, runUnit, startAttempt } from '../../app/line/index.ts';
import { systemClock } from '../../main/clock.ts';
import { makeCsr } from '../ca/support.ts';
import { heldBy } from '../device/support.ts';
import { type Bed, makeBed } from '../line/support.ts';
import { refuses } from '../records/support.ts';

const actor = 'test';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('issuing a certificate', { concurrency: false }, () => {
  let bed: Bed;
  let tools: LineTools;
  let units = 0;
  before(async () => {
    bed = await makeBed(1);
    tools = bed.station.parts.lineTools;
  });
  after(() => bed?.close());

  /** A unit that may have a certificate, and the way to issue it with tools of the test's own. */
  const unit = async ({ named }: { named?: string } = {}) => {
    const unitSerial = `ISSUE-${++units}`;
    const key = parseCsr(makeCsr(named ?? unitSerial).csrDer);
    const { ledger } = tools;
    await ledger.admitUnit({ unitSerial, orderId: 'default', actor, practice: false });
    await ledger.recordCsr({ unitSerial, attempt: 0, csrDer: new Uint8Array([units]), spkiSha256: key.spkiSha256 });
    await ledger.recordDecision({ unitSerial, attempt: 0, notes: [], actor });
    const fields = { unitSerial, organisation: 'Test' };
    return {
      key,
      issue: (over: Partial<LineTools> = {}) =>
        issueCertificate(
          { profile: defaultProfile, key, fields, unitSerial, attempt: 0, actor },
          { ...tools, ...over },
        ),
      certificates: async () => (await ledger.showUnit(unitSerial)).certificates,
    };
  };

  /** The station's signer, watched: certificate serials in the order they were asked to be signed. */
  const watched = (answer: (real: Signer, ...args: Parameters<Signer['sign']>) => ReturnType<Signer['sign']>) => {
    const asked: string[] = [];
    const real = bed.station.parts.authority.signer();
    const signer: Signer = {
      issuerId: real.issuerId,
      assertReady: () => real.assertReady(),
      sign: (reservation) => {
        asked.push(reservation.serialHex);
        return answer(real, reservation);
      },
      signCrl: (reservation) => real.signCrl(reservation),
    };
    return { asked, authority: () => ({ ...tools.authority(), signer }) };
  };

  test('what is recorded is what was signed, under the certificate serial that was reserved', async () => {
    const { issue, certificates } = await unit();
    const { asked, authority } = watched((real, reservation) => real.sign(reservation));
    const issued = await issue({ authority });
    assert.deepEqual(asked, [issued.serialHex]);
    const [stored, ...more] = await certificates();
    assert.deepEqual([stored?.state, stored?.serialHex, more.length], ['issued', issued.serialHex, 0]);
    assert.equal(stored?.certificateId, sha256(issued.der));
  });

  const failures: [string, ErrorCode | undefined, Parameters<typeof watched>[0]][] = [
    ['the signer refuses', 'ca.signFailed', () => Promise.reject(new StationError('ca.signFailed', 'token pulled'))],
    ['the signer breaks', undefined, () => Promise.reject(new Error('segfault in the token library'))],
    [
      'the signature is not by our key',
      'ca.mismatch',
      async (real, reservation) => {
        const signature = await real.sign(reservation);
        const { length } = signature;
        return signature.map((byte, index) => (index === length - 1 ? byte ^ 1 : byte));
      },
    ],
  ];
  for (const [what, code, answer] of failures) {
    test(`${what}: the certificate serial is void, and the next certificate has another one`, async () => {
      const { issue, certificates } = await unit();
      const { asked, authority } = watched(answer);
      await assert.rejects(issue({ authority }), code ? refuses(code) : /segfault/);
      assert.deepEqual(
        (await certificates()).map(({ serialHex, state }) => [serialHex, state]),
        [[asked[0], 'void']],
      );
      assert.equal((await tools.ledger.showCertificate(asked[0] ?? '')).reason, code ?? 'internal');
      const again = await issue();
      assert.ok(!asked.includes(again.serialHex));
      assert.deepEqual((await certificates()).map(({ state }) => state).sort(), ['issued', 'void']);
    });
  }

  test('signed but not recorded: void, and never signed again', async () => {
    const { issue, certificates } = await unit();
    const { asked, authority } = watched((real, reservation) => real.sign(reservation));
    const full = new StationError('records.diskFull', 'the disk is full');
    const ledger = { ...tools.ledger, recordIssued: () => Promise.reject(full) };
    await assert.rejects(issue({ authority, ledger }), full);
    assert.deepEqual(
      (await certificates()).map(({ state }) => state),
      ['void'],
    );
    await issue({ authority });
    assert.equal(asked.length, 2);
    assert.equal(new Set(asked).size, 2, 'each certificate serial is signed at most once');
  });

  test('when the records fail altogether the first reason is reported, and recovery makes the serial void', async () => {
    const { issue, certificates } = await unit();
    const { authority } = watched(() => Promise.reject(new StationError('ca.signFailed', 'token pulled')));
    const ledger = { ...tools.ledger, voidReservation: () => Promise.reject(new Error('disk gone')) };
    await assert.rejects(issue({ authority, ledger }), refuses('ca.signFailed'));
    assert.deepEqual(
      (await certificates()).map(({ state }) => state),
      ['reserved'],
    );
    await assert.rejects(issue(), refuses('records.conflict'), 'as long as it may have been signed, there is no other');
    await recover(tools.ledger, actor);
    assert.deepEqual(
      (await certificates()).map(({ state }) => state),
      ['void'],
    );
  });

  test('the error comes once the void is on record, so that no next try meets a reservation', async () => {
    const { issue } = await unit();
    const { authority } = watched(() => Promise.reject(new StationError('ca.signFailed', 'token pulled')));
    let isVoid = false;
    const ledger: LineTools['ledger'] = {
      ...tools.ledger,
      async voidReservation(of) {
        await new Promise((resolve) => setImmediate(resolve));
        await tools.ledger.voidReservation(of);
        isVoid = true;
      },
    };
    await assert.rejects(issue({ authority, ledger }), refuses('ca.signFailed'));
    assert.equal(isVoid, true);
  });

  test('with the CA locked nothing is reserved', async () => {
    const { issue, certificates } = await unit();
    const locked = () => ({ ...tools.authority(), signer: undefined });
    await assert.rejects(issue({ authority: locked }), refuses('ca.locked'));
    assert.deepEqual(await certificates(), []);
  });

  test('what the CSR says is asked again where the certificate serial is reserved', async () => {
    const named = await unit({ named: 'ANOTHER' });
    const mismatch = { reason: 'subjectMismatch', claimed: 'ANOTHER', unitSerial: `ISSUE-${units}` };
    await assert.rejects(named.issue(), refuses('csr.subjectMismatch', mismatch));
    assert.deepEqual(await named.certificates(), []);
    const withCaKey = await unit();
    const authority = () => ({ ...tools.authority(), caPublicKeys: [withCaKey.key.spkiSha256] });
    await assert.rejects(withCaKey.issue({ authority }), refuses('policy.keySeen', { reason: 'caKey' }));
    assert.deepEqual(await withCaKey.certificates(), []);
  });

  test('where an interlock holds nothing is reserved', async () => {
    const { issue, certificates } = await unit();
    const assertSound = () => Promise.reject(new StationError('policy.interlock', 'the clock is wrong'));
    await assert.rejects(issue({ assertSound }), refuses('policy.interlock'));
    assert.deepEqual(await certificates(), []);
  });

  test('a CA that is locked right before the reservation costs no certificate serial', async () => {
    const { issue, certificates } = await unit();
    const { authority: ca } = bed.station.parts;
    await assert.rejects(issue({ assertSound: async () => void ca.lock() }), refuses('ca.locked'));
    assert.deepEqual(await certificates(), []);
    await ca.unlock('a passphrase for tests only');
  });

  test('a CA that is locked between reservation and signature signs nothing', async () => {
    const { issue, certificates } = await unit();
    const { authority: ca } = bed.station.parts;
    const ledger: LineTools['ledger'] = {
      ...tools.ledger,
      reserve: async (...args) => {
        const reservation = await tools.ledger.reserve(...args);
        ca.lock();
        return reservation;
      },
    };
    await assert.rejects(issue({ ledger }), refuses('ca.locked'));
    assert.deepEqual(
      (await certificates()).map(({ state }) => state),
      ['void'],
    );
    await ca.unlock('a passphrase for tests only');
  });

  test('a retry sends the device the stored bytes; nothing is signed again', async () => {
    const { bench } = bed;
    const sent: Uint8Array[] = [];
    /** The real driver, whose `install` is heard. */
    const driver: Driver = {
      ...agentDriver,
      connect(channel, options) {
        const device = agentDriver.connect(channel, options);
        const install: Device['install'] = (installation, ...rest) => {
          sent.push(installation.certificateDer);
          return device.install(installation, ...rest);
        };
        return { ...device, install };
      },
    };
    const { asked, authority } = watched((real, reservation) => real.sign(reservation));
    const attempt = async (unitSerial: string) => {
      const job = { unitSerial, orderId: 'default', slotId: null, actor };
      return runUnit({
        job,
        start: await startAttempt(job, await tools.recipeFor(job.orderId, { driver: driver.name }), tools),
        tools: { ...tools, authority, driverNamed: () => driver },
        open: (settings) => bench.open('practice:1', settings),
        onSteps: () => {},
        signal: new AbortController().signal,
      });
    };
    const device = bench.plug(1);
    bench.setFault(1, 'dieDuringInstall');
    const first = await attempt(device.label);
    assert.deepEqual([first.outcome, first.error?.code], ['FAIL', 'link.lost']);
    bench.plug(1, device);
    const second = await attempt(device.label);
    assert.equal(second.outcome, 'PASS', second.error?.message);

    const [one, two] = sent;
    assert.equal(sent.length, 2);
    assert.deepEqual(Buffer.from(two ?? []), Buffer.from(one ?? []));
    assert.equal(asked.length, 1, 'signed once');
    const held = agentDriver.connect(await bench.open('practice:1', driver.line), { clock: systemClock });
    await held.identify();
    assert.equal((await heldBy(held)).certificate, sha256(two ?? new Uint8Array()));
    await held.close();
    const { certificates } = await tools.ledger.showUnit(device.label);
    assert.deepEqual(
      certificates.map(({ certificateId, state }) => [certificateId, state]),
      [[sha256(two ?? new Uint8Array()), 'issued']],
    );
  });
});

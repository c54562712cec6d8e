/** A unit that failed is looked at again: what its device said is said again, and the same failure appears at the same step. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Transcript } from '../../app/contract/model.ts';
import type { Fault } from '../../app/practice/devices/faults.ts';
import { firmwareOf, simulated } from '../../app/practice/devices/index.ts';
import { createReplay } from '../../app/practice/devices/replay.ts';
import { faultOf } from '../../app/practice/devices/simulated.ts';
import { openReplayBed } from './replaysupport.ts';

type Bed = Awaited<ReturnType<typeof openReplayBed>>;

/** What goes wrong, by driver; for a driver that is not here, what the practice line does to it. */
const dies = (step: string): Fault => ({ dieAt: { step, when: 'before' } });
const faults: Record<string, Record<string, Fault>> = {
  agent: {
    dieDuringInstall: dies('commit.chain'),
    storageFull: { refuse: { command: 'commit', error: 'storage' } },
    silent: { silent: true },
    flooding: { flood: true },
  },
  nrf91: {
    dieDuringInstall: dies('write.1'),
    storageFull: { refuse: { command: 'write.1', error: '515' } },
    silent: { silent: true },
    flooding: { flood: true },
  },
  freertos: {
    dieDuringInstall: dies('commit.cert'),
    storageFull: { refuse: { command: 'commit', error: 'storage' } },
    silent: { silent: true },
    flooding: { flood: true },
  },
  zephyr: {
    dieDuringInstall: dies('commit.cert'),
    storageFull: { refuse: { command: 'commit', error: 'storage' } },
    silent: { silent: true },
    flooding: { flood: true },
  },
};
const plainFaults = (driver: string): Record<string, Fault> =>
  Object.fromEntries(
    (['dieDuringInstall', 'storageFull', 'silent', 'flooding'] as const).flatMap((kind) => {
      const fault = faultOf(driver, kind);
      return fault ? [[kind, fault]] : [];
    }),
  );
/** Where a fault is so plain that every protocol tells it alike. */
const codes: Record<string, [string, string]> = {
  dieDuringInstall: ['link.lost', 'install'],
  silent: ['link.timeout', 'identify'],
  flooding: ['link.flooded', 'identify'],
};
/** What a replay of a good unit comes to (a Zephyr device is asked again, beyond the recording); nothing where the protocol has no fresh proof, which its documents say. */
const proofs: Record<string, string | undefined> = {
  agent: 'verify.proofFailed',
  zephyr: 'link.lost',
  nrf91: undefined,
  freertos: undefined,
};
/** So many bytes are changed that the unit fails by it, somewhere. */
const corrupted = [0.004, 0.01, 0.02, 0.05];

describe('a failed unit is replayed', { concurrency: false }, () => {
  let bed: Bed;
  let other: Bed;
  let made = 0;

  before(async () => {
    bed = await openReplayBed();
    other = await openReplayBed();
  });
  after(async () => {
    await bed?.station.close();
    await other?.station.close();
  });

  const record = async (driver: string, fault: Fault, unitSerial: string) => {
    made += 1;
    const device = firmwareOf(driver)!.make(made, { clock: bed.clock, seed: made });
    device.fault = fault;
    return bed.attempt(driver, unitSerial, () => device.connect());
  };
  const replay = (at: Bed, { driver, lines, unitSerial }: Transcript, ends: string[], speed?: number) => {
    const device = createReplay({ clock: at.clock, driver, lines, speed, onEnd: (reason) => ends.push(reason) });
    return at.attempt(driver, unitSerial, () => device.connect());
  };

  for (const driver of Object.keys(simulated)) {
    for (const [name, fault] of Object.entries(faults[driver] ?? plainFaults(driver)))
      test(`${driver}: ${name}`, async () => {
        const unitSerial = `R-${driver}-${name}`;
        const first = await record(driver, fault, unitSerial);
        assert.ok(first.code, 'it was to fail');
        const expected = codes[name];
        if (expected) assert.deepEqual([first.code, first.step], expected);
        const transcript = await bed.transcript(unitSerial, first.attempt);
        // On the same station, at both paces; and on one that never saw the unit and makes another certificate.
        for (const [at, speed] of [[bed], [bed, 1], [other]] as const) {
          const ends: string[] = [];
          const again = await replay(at, transcript, ends, speed);
          const what = `${again.code} ${again.detail}; ${ends.join()}`;
          assert.deepEqual([again.code, again.step], [first.code, first.step], what);
        }
      });

    test(`${driver}: a recording whose lines went out in pieces`, async () => {
      const unitSerial = `R-${driver}-pieces`;
      const first = await record(driver, (faults[driver] ?? plainFaults(driver)).storageFull ?? {}, unitSerial);
      const { lines, ...transcript } = await bed.transcript(unitSerial, first.attempt);
      /** As a paced port records it: a few bytes an entry. */
      const inPieces = lines.flatMap((line) =>
        line.dir === 'in'
          ? [line]
          : (line.text.match(/(?:\\x..|\\.|[^\\]){1,24}/g) ?? [line.text]).map((text) => ({ ...line, text })),
      );
      assert.ok(inPieces.length > lines.length + 5);
      const ends: string[] = [];
      const again = await replay(other, { ...transcript, lines: inPieces }, ends);
      assert.deepEqual([again.code, again.step], [first.code, first.step], `${again.detail}; ${ends.join()}`);
    });

    test(`${driver}: corrupted bytes`, async () => {
      let failed = 0;
      for (const [index, corrupt] of corrupted.entries()) {
        const unitSerial = `R-${driver}-corrupt-${index}`;
        const first = await record(driver, { corrupt }, unitSerial);
        if (!first.code) continue;
        failed += 1;
        const transcript = await bed.transcript(unitSerial, first.attempt);
        const seen: string[] = [];
        // What is on record decides, too, what a station does: one that never saw the unit, or the one that has its certificate.
        for (const at of [other, bed]) {
          const ends: string[] = [];
          const again = await replay(at, transcript, ends);
          seen.push(`${again.code} in ${again.step}`);
          assert.notEqual(again.outcome, 'PASS');
        }
        assert.ok(
          seen.includes(`${first.code} in ${first.step}`),
          `${corrupt}: ${first.code} in ${first.step}: ${seen}`,
        );
      }
      assert.ok(failed > 0, 'some were to fail');
    });

    test(`${driver}: a golden unit's recording is no golden unit where the proof is fresh`, async () => {
      const unitSerial = `R-${driver}-golden`;
      made += 1;
      const device = firmwareOf(driver)!.make(made, { clock: bed.clock, seed: made });
      await bed.attempt(driver, unitSerial, () => device.connect());
      assert.equal((await bed.golden(driver, unitSerial, () => device.connect())).outcome, 'PASS');
      const { lines } = await bed.transcript(unitSerial, 0);
      const replayed = createReplay({ clock: bed.clock, driver, lines });
      const { error } = await bed.golden(driver, unitSerial, () => replayed.connect());
      if (Object.hasOwn(proofs, driver)) assert.equal(error?.code, proofs[driver]);
    });

    test(`${driver}: what a unit said that passed, or failed its proof, is no proof at another station`, async () => {
      for (const fault of [{}, { badProof: true }]) {
        const unitSerial = `R-${driver}-${JSON.stringify(fault).length}`;
        const first = await record(driver, fault, unitSerial);
        if (fault.badProof === undefined) assert.equal(first.outcome, 'PASS', first.detail);
        const ends: string[] = [];
        const transcript = await bed.transcript(unitSerial, first.attempt);
        const again = await replay(other, transcript, ends);
        assert.notEqual(again.outcome, 'PASS');
        assert.ok(['install', 'verify'].includes(again.step ?? ''), `${again.code} ${again.detail}; ${ends.join()}`);
      }
    });
  }
});

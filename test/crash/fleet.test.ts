/** SIGKILL of the practice AWS while devices provision themselves by claim. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { removeAtEnd } from '../folders.ts';
import { csrOf, csrTopic, openAccount, provisionTopic } from '../practice/gateway/fleetbench.ts';

type Told = { id: number; topic: string; payload: string };
type Unit = { serial: string; token?: string; certificateId?: string; done?: boolean };

/** An AWS that dies as soon as it has given this many answers. */
function startAws(stateFile: string, answers: number) {
  const child: ChildProcess = fork(fileURLToPath(new URL('./fleetchild.ts', import.meta.url)), [stateFile]);
  const waiting = new Map<number, (value: Record<string, string> | undefined) => void>();
  let asked = 0;
  child.on('message', ({ id, payload }: Told) => {
    if (child.killed) return;
    answers -= 1;
    waiting.get(id)?.(JSON.parse(payload) as Record<string, string>);
    waiting.delete(id);
    if (answers === 0) child.kill('SIGKILL');
  });
  const gone = new Promise<void>((resolve) =>
    child.once('exit', () => {
      for (const end of waiting.values()) end(undefined);
      resolve();
    }),
  );
  return {
    gone,
    end: () => void child.kill('SIGKILL'),
    /** Undefined when no answer came. */
    ask: (topic: string, request: object) =>
      new Promise<Record<string, string> | undefined>((resolve) => {
        if (!child.connected) return resolve(undefined);
        const id = asked++;
        waiting.set(id, resolve);
        child.send({ id, topic, payload: JSON.stringify(request) }, (error) => error && resolve(undefined));
      }),
  };
}

/** What a device does, from whatever it has stored, until it is provisioned or AWS is gone. */
async function provisionUnit(aws: ReturnType<typeof startAws>, unit: Unit): Promise<void> {
  while (!unit.done) {
    if (unit.token === undefined) {
      const made = await aws.ask(csrTopic, { certificateSigningRequest: csrOf(unit.serial) });
      if (!made) return;
      [unit.token, unit.certificateId] = [made.certificateOwnershipToken ?? '', made.certificateId ?? ''];
    }
    const parameters = { SerialNumber: unit.serial };
    const answer = await aws.ask(provisionTopic('fleet'), { certificateOwnershipToken: unit.token, parameters });
    if (!answer) return;
    // Its answer was lost: the certificate is good to connect with.
    const spent = answer.errorCode === 'InvalidCertificateOwnershipToken';
    assert.ok(answer.thingName === `device-${unit.serial}` || spent, JSON.stringify(answer));
    unit.done = true;
  }
}

test('devices that ask again are provisioned once each, whenever AWS dies', { timeout: 120_000 }, async (_t) => {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-fleet-'));
  removeAtEnd(folder);
  const stateFile = join(folder, 'aws.json');
  const units: Unit[] = Array.from({ length: 60 }, (_, index) => ({ serial: `S${index}` }));
  for (const answers of [3, 25, 41, 17, Number.POSITIVE_INFINITY]) {
    const aws = startAws(stateFile, answers);
    await Promise.all(units.map((unit) => provisionUnit(aws, unit)));
    aws.end();
    await aws.gone;
  }
  const { state, links } = await openAccount({ stateFile });
  assert.equal(state.things.size, units.length);
  for (const { serial, certificateId = '' } of units) {
    assert.equal(state.certificates.get(certificateId)?.status, 'ACTIVE', serial);
    assert.deepEqual(
      state.things.get(`device-${serial}`)?.principals.map(({ id }) => id),
      [certificateId],
    );
    assert.deepEqual([...links.thingsOf.get(certificateId)], [`device-${serial}`]);
  }
  const others = [...state.certificates.values()].filter(
    ({ certificateId }) => links.thingsOf.get(certificateId).size === 0,
  );
  assert.ok(
    others.every(({ status, ownership }) => status === 'PENDING_ACTIVATION' && ownership),
    'the rest lapses',
  );
});

import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeAtEnd } from '../../folders.ts';
import { certify, connect, makeTemplate, openAccount, provisionTopic } from './fleetbench.ts';

test('1,000 devices with one claim at once: each provisioned or with a reason, none twice, also after a restart', {
  timeout: 120_000,
}, async (_t) => {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-fleet-'));
  removeAtEnd(folder);
  const stateFile = join(folder, 'aws.json');
  const account = await openAccount({ stateFile });
  makeTemplate(account, 'fleet');
  const count = 1000;
  // Each tenth names no thing, and each tenth comes with the serial number of its neighbour.
  const serialOf = (index: number) =>
    index % 10 === 3 ? `bad name ${index}` : `S${index % 10 === 7 ? index - 1 : index}`;
  const outcomes = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const device = connect(account, `client-${index}`);
      const { token, certificateId } = await certify(device, `unit-${index}`);
      const parameters = { SerialNumber: serialOf(index) };
      const { value } = await device.ask(provisionTopic('fleet'), { certificateOwnershipToken: token, parameters });
      return { certificateId, thing: value.thingName, code: value.errorCode, reason: value.errorMessage };
    }),
  );
  await account.saved();
  const again = await openAccount({ stateFile });
  assert.equal(again.state.things.size, 800);
  for (const [index, { certificateId, thing, code, reason }] of outcomes.entries()) {
    const certificate = again.state.certificates.get(certificateId);
    if (index % 10 === 3) {
      assert.deepEqual([code, thing], ['ResourceRegistrationFailure', undefined]);
      assert.match(reason ?? '', /ThingName/);
      assert.equal(certificate?.status, 'PENDING_ACTIVATION');
    } else {
      assert.equal(thing, `device-${serialOf(index)}`, reason);
      assert.equal(certificate?.status, 'ACTIVE');
      assert.deepEqual([...again.links.thingsOf.get(certificateId)], [thing]);
    }
  }
  // The log keeps the newest thousand of the two thousand events.
  assert.equal(account.log.entries().length, 1000);
});

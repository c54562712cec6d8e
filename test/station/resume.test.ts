/** A submission that an orderly close interrupts goes on by itself at the next start. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt } from '../../app/line/index.ts';
import { startPracticeAws } from '../../app/practice/aws/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { makeStation, passphrase } from '../support.ts';

test('a station closed while AWS registers finishes the batch after it is opened again, without a person', async () => {
  const aws = await startPracticeAws({ clock: systemClock, rate: 2 });
  const bench = createPracticeBench({ slots: 1, clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation();
  const { region, bucket, roleArn, policyName, endpoint, credentials } = aws;
  const target = { region, bucket, roleArn, policyNames: [policyName], endpointUrl: endpoint };
  const open = () => openStation({ dir, kind: 'host', threads: false, ports: bench, cloud: { target, credentials } });

  const first = await open();
  const { parts } = first;
  await parts.authority.unlock(passphrase);
  const driver = driverNamed('agent');
  for (let unit = 1; unit <= 4; unit += 1) {
    const { label } = bench.plug(1);
    const job = { unitSerial: label, orderId: 'default', slotId: 1, actor: 'test' };
    const start = await startAttempt(
      job,
      await parts.lineTools.recipeFor(job.orderId, { driver: driver.name }),
      parts.lineTools,
    );
    const { outcome } = await runUnit({
      job,
      start,
      tools: parts.lineTools,
      open: () => bench.open('practice:1', driver.line),
      onSteps: () => {},
      signal: new AbortController().signal,
    });
    assert.equal(outcome, 'PASS');
    bench.unplug(1);
  }
  await parts.batchJobs.register('test');
  const { batchId } = await parts.batchJobs.make({ actor: 'test' });
  const submission = await parts.batchJobs.submit({ batchId, actor: 'test' });
  submission.done.catch(() => {});
  await submission.started;
  await first.close();

  const second = await open();
  const resting = await second.parts.ledger.batchHead(batchId);
  assert.ok(['running', 'reconciling'].includes(resting.state), resting.state);
  assert.equal(resting.error, null, 'a close is not an error of the batch');
  await new Promise<void>((resolve) => {
    const stop = second.parts.hub.subscribe('batches.changed', (data) => {
      const { batches } = data as { batches: { state: string }[] };
      if (batches[0]?.state !== 'done') return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
  const done = await second.parts.ledger.showBatch({ batchId });
  assert.deepEqual([done.registered, done.rejected, done.unaccounted], [4, 0, 0]);
  assert.equal(aws.snapshot().tasks.length, 1, 'one task, not a second one');
  await second.close();
  await aws.close();
});

import { test } from 'node:test';
import { openStorms } from './storm.ts';

/** `npm run bench -- storms` runs hundreds of them. */
const seeds = 30;

test(`${seeds} batches in two targets, with faults at any call and deaths between: each unit has its one end`, async () => {
  const storms = await openStorms();
  try {
    for (let seed = 1; seed <= seeds; seed += 1) await storms.run(seed);
  } finally {
    await storms.close();
  }
});

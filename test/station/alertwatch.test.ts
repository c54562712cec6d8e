/** The watch over alerts: soon after a unit, once a minute, and with the rules that hold now. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertRules, noAlerts } from '../../app/contract/alerts.ts';
import type { ConfigStore } from '../../app/station/folder/config.ts';
import type { Log } from '../../app/station/log.ts';
import { createAlertWatch } from '../../app/station/orders/alertwatch.ts';
import { movableClock } from '../support.ts';

const settled = () => new Promise((done) => setImmediate(done));

test('many ends within a second are one look; the next one begins behind it; a new rule looks at all orders', async (t) => {
  const asked: { rules: AlertRules; after: number | null }[] = [];
  let changes = 0;
  let rules = noAlerts;
  const { clock, advance } = movableClock();
  const watch = createAlertWatch({
    ledger: {
      judgeAlerts: async (ask) => {
        asked.push(ask);
        return { upTo: asked.length * 10, changed: asked.length === 2 };
      },
    },
    config: { current: () => ({ alerts: rules }) } as unknown as ConfigStore,
    clock,
    log: { error: assert.fail } as unknown as Log,
    onChange: () => {
      changes += 1;
    },
  });
  t.after(() => watch.close());
  watch.wake();
  advance(5000);
  await settled();
  assert.equal(asked.length, 0, 'a command judges nothing by itself');
  watch.start();
  advance(1000);
  await settled();
  for (let index = 0; index < 32; index++) watch.wake();
  advance(1000);
  await settled();
  assert.deepEqual(
    asked.map(({ after }) => after),
    [null, 10],
  );
  assert.equal(changes, 1);
  advance(60_000);
  await settled();
  assert.equal(asked.length, 3, 'time brings overdue orders');
  rules = { ...noAlerts, overdue: true };
  await watch.look({ all: true });
  assert.deepEqual(asked.at(-1), { rules, after: null });
  await watch.close();
  watch.wake();
  advance(120_000);
  await settled();
  assert.equal(asked.length, 4);
});

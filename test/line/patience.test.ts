/** A connection that AWS drops at first, without a station: which ends are tried again, how often, and what each end means. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ConnectFault,
  type ConnectPhase,
  connectPhases,
  type PhaseResult,
} from '../../app/contract/connecting.ts';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import { type HomeCallView, phasesUntil } from '../../app/contract/homecall.ts';
import { assertConnected, callHome } from '../../app/line/homecall.ts';
import { refuses } from '../records/support.ts';
import { listeningClock } from '../registration/support.ts';

const home = { host: 'aws.example', port: 8883, clientId: 'c', topic: 't' };
const connected = connectPhases.map((phase): PhaseResult => ({ phase, state: 'ok' }));
const failedAt = (phase: ConnectPhase, fault: ConnectFault, reason?: string): PhaseResult[] =>
  phasesUntil(phase).map((one) =>
    one.phase === phase ? { phase, state: 'failed', fault, ...(reason === undefined ? {} : { reason }) } : one,
  );

async function call(
  ends: readonly PhaseResult[][],
  { patient = true, isStill = false, stop = new AbortController() } = {},
) {
  const { clock, waits, cancelled } = listeningClock({ isStill });
  const views: HomeCallView[] = [];
  let asked = 0;
  const device = {
    async callHome(_: unknown, onPhase: (begun: ConnectPhase) => void) {
      onPhase('tls');
      const end = ends[Math.min(asked, ends.length - 1)];
      asked += 1;
      return end ?? [];
    },
  };
  const onView = (view: HomeCallView) => void views.push(view);
  const result = callHome(device, home, { patient, clock, signal: stop.signal, onView });
  return { result, views, waits, cancelled, stop };
}

describe('a call of a certificate that registers itself', () => {
  const dropped = failedAt('connect', 'lost');

  test('is tried five times, after longer and longer pauses', async () => {
    const { result, waits, views } = await call([dropped]);
    assert.deepEqual(await result, { connected: false, ...home, tries: 5, phases: dropped });
    assert.deepEqual(waits, [1000, 2000, 4000, 8000]);
    assert.deepEqual([views.at(-1)?.state, views.at(-1)?.tries], ['notConnected', 5]);
  });

  test('ends with the try that connects, and shows each', async () => {
    const { result, waits, views } = await call([failedAt('tls', 'refused'), failedAt('tls', 'lost'), connected]);
    assert.deepEqual(await result, { connected: true, ...home, tries: 3, phases: connected });
    assert.deepEqual(waits, [1000, 2000]);
    const shown = views.map(({ state, tries, phases }) => {
      const at = phases.find(({ state }) => state !== 'ok');
      return `${tries} ${state} ${at?.phase ?? 'all'} ${at?.state ?? 'ok'}`;
    });
    assert.deepEqual(shown, [
      ...['1 running dns notReached', '1 running tls notReached', '1 running tls failed'],
      ...['2 running dns notReached', '2 running tls notReached', '2 running tls failed'],
      ...['3 running dns notReached', '3 running tls notReached', '3 connected all ok'],
    ]);
  });

  test('is not tried again where the server answered or was never met, nor where nobody is patient', async () => {
    const ends = [
      failedAt('connect', 'refused'),
      failedAt('tls', 'server'),
      failedAt('dns', 'lost'),
      failedAt('policy', 'lost'),
    ];
    for (const end of ends) assert.equal((await (await call([end])).result).tries, 1);
    assert.equal((await (await call([dropped], { patient: false })).result).tries, 1);
  });

  test('is stopped in a pause', async () => {
    const { result, cancelled, stop } = await call([dropped], { isStill: true });
    const stopped = assert.rejects(result, refuses('call.cancelled'));
    await new Promise(setImmediate);
    stop.abort();
    await stopped;
    assert.deepEqual(cancelled, [1000]);
    const gone = new AbortController();
    gone.abort(new StationError('link.lost', 'pulled out'));
    await assert.rejects((await call([dropped], { isStill: true, stop: gone })).result, refuses('link.lost'));
  });
});

test('each end has its code, with where it was and what the device said', () => {
  const codes: [ConnectPhase, ConnectFault, ErrorCode][] = [
    ['dns', 'unreachable', 'home.unreachable'],
    ['tcp', 'refused', 'home.unreachable'],
    ['tls', 'timeout', 'home.unreachable'],
    ['tls', 'server', 'home.wrongServer'],
    ['tls', 'clock', 'home.wrongServer'],
    ['tls', 'store', 'device.refused'],
    ['tls', 'refused', 'home.refused'],
    ['connect', 'lost', 'home.refused'],
    ['publish', 'lost', 'home.notAllowed'],
    ['policy', 'lost', 'home.notAllowed'],
  ];
  for (const [phase, fault, code] of codes) {
    const ended = { connected: false, ...home, tries: 1, phases: failedAt(phase, fault, 'why') };
    const detail = `not connected to aws.example:8883: ${phase}: ${fault}, why`;
    assert.throws(() => assertConnected(ended), { code, detail, data: { phase, fault } });
  }
  assertConnected({ connected: true, ...home, tries: 2, phases: connected });
});

/** What a device must tell of a connection, each phase of which is made to fail: for the simulated agent and for the real one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConnectPhase, failedPhase } from '../../app/contract/connecting.ts';
import type { HomeCallView } from '../../app/contract/homecall.ts';
import type { Device, Home } from '../../app/device/driver.ts';
import { callHome } from '../../app/line/index.ts';
import { type Admission, closedPort, furnish, type ServerPki, startGateway } from './gatewaybed.ts';
import { isError, realClock } from './support.ts';

type Told = { after(end: () => Promise<unknown>): void };
type Case = {
  title: string;
  admission?: (pki: ServerPki) => Admission;
  /** The root that the device trusts, and its endpoint. */
  holds?: { root?: 'otherRoot'; endpoint?: string };
  home?: Partial<Home> | 'closed' | 'strict';
  failed: [ConnectPhase, string];
};

const cases: readonly Case[] = [
  { title: 'a name without an address', home: { host: 'nowhere.invalid' }, failed: ['dns', 'unreachable'] },
  { title: 'nothing listens', home: 'closed', failed: ['tcp', 'unreachable'] },
  { title: 'the server is under another root', holds: { root: 'otherRoot' }, failed: ['tls', 'server'] },
  {
    title: 'the server has another name',
    admission: (pki) => ({ tls: { cert: pki.elsewhere } }),
    failed: ['tls', 'server'],
  },
  {
    title: 'the host is not the endpoint that the device holds',
    holds: { endpoint: 'elsewhere.example' },
    failed: ['tls', 'server'],
  },
  {
    title: "by the device's clock the server's certificate has expired",
    admission: (pki) => ({ tls: { cert: pki.expired } }),
    failed: ['tls', 'clock'],
  },
  {
    title: 'the server does not know the CA of the device',
    home: 'strict',
    failed: ['tls', 'refused'],
  },
  { title: 'CONNECT is refused', admission: () => ({ connect: 5 }), failed: ['connect', 'refused'] },
  { title: 'CONNECT is hung up on', admission: () => ({ connect: 'drop' }), failed: ['connect', 'lost'] },
  { title: 'the message is hung up on', admission: () => ({ publish: 'refuse' }), failed: ['policy', 'lost'] },
];

export type Opened = { device: Device; close(): Promise<void> };

/** Tests of `callHome` for the devices that `open` begins conversations with. */
export function testHomeCalls(name: string, pki: () => ServerPki, open: (t: Told) => Promise<Opened>): void {
  const order: ConnectPhase[] = ['dns', 'tcp', 'tls', 'connect', 'publish', 'policy'];
  const home = (port: number): Home => ({ host: 'localhost', port, clientId: 'U-1', topic: 'birthmark/U-1' });

  test(`${name}: it connects, names the server, and says its message`, async (t) => {
    const { port, said, names } = await startGateway(t, pki());
    const { device, close } = await open(t);
    await furnish(device, pki().root);
    const begun: ConnectPhase[] = [];
    const phases = await device.callHome(home(port), (phase) => begun.push(phase));
    await close();
    assert.deepEqual(
      phases.map(({ phase, state, fault }) => [phase, state, fault]),
      order.map((phase) => [phase, 'ok', undefined]),
    );
    assert.deepEqual(begun, order);
    assert.deepEqual([said, names], [['U-1 birthmark/U-1'], ['localhost']]);
    assert.ok(phases.every(({ ms = -1 }) => ms >= 0 && ms < 10_000));
  });

  test(`${name}: each phase that fails is told, with its reason and what came before`, async (t) => {
    const { device, close } = await open(t);
    let held = '';
    for (const { title, admission, holds = {}, home: at = {}, failed } of cases) {
      const { port, said } = await startGateway(t, pki(), admission?.(pki()) ?? {});
      const wanted = JSON.stringify(holds);
      if (wanted !== held) await furnish(device, holds.root ? pki().otherRoot : pki().root, holds.endpoint);
      held = wanted;
      const where =
        at === 'closed' ? { port: await closedPort() } : at === 'strict' ? { port: await pki().strict(t) } : at;
      const phases = await device.callHome({ ...home(port), ...where }, () => {});
      const broken = failedPhase(phases);
      assert.deepEqual([broken?.phase, broken?.fault], failed, `${title}: ${broken?.reason}`);
      const index = order.indexOf(failed[0]);
      assert.deepEqual(
        phases.map(({ state }) => state),
        order.map((_, each) => (each < index ? 'ok' : each === index ? 'failed' : 'notReached')),
        title,
      );
      assert.deepEqual(said, [], title);
    }
    await close();
  });

  test(`${name}: a first connection that is dropped is tried again, and only where that helps`, async (t) => {
    const { port, said } = await startGateway(t, pki(), { dropFirst: 2 });
    const { device, close } = await open(t);
    await furnish(device, pki().root);
    const views: HomeCallView[] = [];
    const pauses: number[] = [];
    const clock = {
      ...realClock,
      after(ms: number, fire: () => void) {
        pauses.push(ms);
        return realClock.after(1, fire);
      },
    };
    const { signal } = new AbortController();
    const options = { clock, signal, onView: (view: HomeCallView) => views.push(view) };
    const once = await callHome(device, home(port), { ...options, patient: false });
    assert.deepEqual([once.connected, once.tries, pauses], [false, 1, []]);
    const again = await callHome(device, home(port), { ...options, patient: true });
    assert.deepEqual([again.connected, again.tries, pauses, said.length], [true, 2, [1000], 1]);
    assert.deepEqual([views[0]?.state, views.at(-1)?.state, views.at(-1)?.tries], ['running', 'connected', 2]);
    const nowhere = await callHome(device, { ...home(port), host: 'nowhere.invalid' }, { ...options, patient: true });
    assert.deepEqual([nowhere.connected, nowhere.tries], [false, 1]);
    await close();
  });

  test(`${name}: without an identity it says so, and a name too long for its line is refused before`, async (t) => {
    const { device, close } = await open(t);
    await assert.rejects(
      device.callHome(home(8883), () => {}),
      isError('device.refused'),
    );
    await assert.rejects(
      device.callHome({ ...home(8883), topic: 'x'.repeat(230) }, () => {}),
      isError('call.badParams'),
    );
    await close();
  });
}

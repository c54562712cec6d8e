/** Devices that have left the bench: each connects by itself with the identity that it got, until it is in. */
import { generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import { failedPhase, type PhaseResult } from '../../contract/connecting.ts';
import { makeRoot, makeServerCertificate } from '../aws/gateway/root.ts';
import { makeCsr } from './csr.ts';
import type { NetTrouble } from './faults.ts';
import { claimPatiently } from './net/claim.ts';
import { connectPatiently, type Patience } from './net/connect.ts';
import type { Gateway, Identity, NetFault } from './net/identity.ts';
import { pemOfRequest } from './pem.ts';

export type FieldDevice = {
  unitSerial: string;
  /** It connects with the name of its thing. */
  clientId: string;
  identity: Identity;
  gateway: Gateway;
  topic: string;
  trouble: NetTrouble | null;
  /** `identity` is a claim: the device first gets an identity of its own by this template. */
  claim?: { template: string; parameters: Readonly<Record<string, string>> };
};

export type FieldView = {
  unitSerial: string;
  trouble: NetTrouble | null;
  state: 'connecting' | 'connected' | 'gaveUp';
  /** How often it has tried. */
  tries: number;
  /** The last try, phase by phase. */
  phases: PhaseResult[];
};

export type Field = {
  /** The device goes on its way. One of the same serial that is on its way already is replaced. */
  send(device: FieldDevice): void;
  /** The newest last; at most 50. */
  snapshot(): FieldView[];
  /** Stops all of them. */
  close(): Promise<void>;
};

export type FieldOptions = { clock: Clock; onChange: () => void; patience?: Omit<Patience, 'onTry'> };

const kept = 50;
const usual = { tries: 10, firstMs: 500, mostMs: 30_000 };

export function createField({ clock, onChange, patience = usual }: FieldOptions): Field {
  const ways = new Map<string, { view: FieldView; stop: AbortController }>();
  const working = new Set<Promise<void>>();

  async function travel(device: FieldDevice, view: FieldView, signal: AbortSignal): Promise<void> {
    const { identity: own, gateway, fault } = withTrouble(device, clock.now().getTime());
    const { clientId, topic, unitSerial, claim } = device;
    const publish = { topic, payload: JSON.stringify({ unitSerial }) };
    const onTry = (phases: PhaseResult[]) => {
      if (signal.aborted) return;
      view.tries += 1;
      view.phases = phases;
      onChange();
    };
    const options = { clock, clientId, publish, signal, fault };
    const key = claim && generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    const claimed =
      key &&
      (await claimPatiently(
        device.identity,
        gateway,
        { ...claim, csrPem: pemOfRequest(makeCsr(key, unitSerial)), key },
        options,
        {
          ...patience,
          onTry,
        },
      ));
    if (claim && !claimed) {
      view.state = 'gaveUp';
      if (!signal.aborted) onChange();
      return;
    }
    const identity = claimed ?? own;
    const { phases } = await connectPatiently(identity, gateway, options, { ...patience, onTry });
    if (signal.aborted) return;
    view.state = failedPhase(phases) === undefined ? 'connected' : 'gaveUp';
    onChange();
  }

  const forget = (unitSerial: string) => {
    ways.get(unitSerial)?.stop.abort(new Error('not needed any more'));
    ways.delete(unitSerial);
  };

  return {
    send(device) {
      const { unitSerial, trouble } = device;
      forget(unitSerial);
      const stop = new AbortController();
      const view: FieldView = { unitSerial, trouble, state: 'connecting', tries: 0, phases: [] };
      ways.set(unitSerial, { view, stop });
      const [oldest] = ways.keys();
      if (ways.size > kept && oldest !== undefined) forget(oldest);
      onChange();
      const work = travel(device, view, stop.signal);
      working.add(work);
      void work.finally(() => working.delete(work));
    },
    snapshot: () => [...ways.values()].map(({ view }) => ({ ...view })),
    async close() {
      for (const { stop } of ways.values()) stop.abort(new Error('the practice line closes'));
      await Promise.all(working);
    },
  };
}

const dayMs = 86_400_000;

/** What the device shows and believes with its trouble. Certificates of the gateway are valid for a year or so. */
function withTrouble({ identity, gateway, trouble, clientId }: FieldDevice, nowMs: number) {
  const net = (fault: NetFault) => ({ identity, gateway, fault });
  switch (trouble) {
    case 'noServerName':
      return net({ noServerName: true });
    case 'clockBehind':
      return net({ clockOffMs: -20 * 365 * dayMs });
    case 'clockAhead':
      return net({ clockOffMs: 60 * 365 * dayMs });
    case 'wrongRoot':
      return { identity, gateway: { ...gateway, rootPem: makeRoot(nowMs).certificatePem }, fault: {} };
    case 'wrongCa': {
      const { cert, key } = makeServerCertificate(makeRoot(nowMs), [clientId], nowMs);
      return { identity: { certificatePem: cert, key }, gateway, fault: {} };
    }
    default:
      return net({});
  }
}

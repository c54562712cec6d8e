/** The ways on the practice line: one is practised at a time, and units that pass connect by themselves. */
import { X509Certificate } from 'node:crypto';
import { createClient, type RecipeWay, type Slot } from '../app/contract/index.ts';
import type { PracticeSnapshot } from '../app/contract/model.ts';
import type { PracticeAws } from '../app/practice/aws/index.ts';
import { createField, type FieldOptions, type PracticeBench } from '../app/practice/devices/index.ts';
import { deviceTable } from '../app/registration/index.ts';
import type { StationHandle } from '../app/station/index.ts';
import { systemClock } from './clock.ts';
import { allowSerial, claimTemplate, practise } from './practiceways.ts';

export type PractisedWays = {
  practise(way: RecipeWay): Promise<void>;
  snapshot(): Required<Pick<PracticeSnapshot, 'way' | 'field'>>;
  onChange(listener: () => void): void;
  /** Units that pass go into the field from now on. Returns the function that stops this, and all of them. */
  watch(): () => Promise<void>;
};

type Parts = {
  bench: PracticeBench;
  aws: PracticeAws;
  target: string;
  station: () => StationHandle | undefined;
  passphrase: string;
  patience?: FieldOptions['patience'];
};

export function createPractisedWays({ bench, aws, target, station, passphrase, patience }: Parts): PractisedWays {
  const listeners = new Set<() => void>();
  const onChange = () => {
    for (const listener of [...listeners]) listener();
  };
  const field = createField({ clock: systemClock, onChange, ...(patience && { patience }) });
  let way: RecipeWay | null = null;

  const send = ({ slotId, unitSerial }: Slot) => {
    const device = bench.online(slotId);
    const { gateway } = aws;
    // Devices of the standard recipe know no such endpoint: they do not connect here.
    if (!device || !gateway || unitSerial === undefined || (device.endpoint !== gateway.host && !device.isClaim))
      return;
    const { identity, rootPem, trouble } = device;
    // Firmware with a claim knows the serial of its label, and its template is built in.
    const thingName = device.isClaim ? unitSerial : device.thingName;
    if (device.isClaim) allowSerial(aws, deviceTable(target), unitSerial);
    const claim = { template: claimTemplate, parameters: { SerialNumber: unitSerial } };
    if (trouble === 'revoked')
      aws.act({ act: 'revoke', certificatePem: new X509Certificate(identity.certificatePem).toString() });
    field.send({
      ...{ unitSerial, clientId: thingName, identity, trouble, topic: `devices/${thingName}/hello` },
      ...(device.isClaim && { claim }),
      gateway: { host: gateway.host, port: gateway.port, rootPem },
    });
  };

  return {
    async practise(wanted) {
      const opened = station();
      if (!opened) return;
      const connection = opened.connect('cli', { personId: 0, name: 'practice', badge: 'practice', role: 'engineer' });
      try {
        const { issuerId } = opened.parts.authority.issuer;
        await practise(wanted, { engineer: createClient(connection), aws, target, issuerId, passphrase });
        way = wanted;
      } finally {
        connection.close();
      }
    },
    snapshot: () => ({
      way,
      field: field.snapshot().map(({ unitSerial, state, tries, phases }) => ({ unitSerial, state, tries, phases })),
    }),
    onChange: (listener) => void listeners.add(listener),
    watch() {
      const connection = station()?.connect('cli');
      const passed = new Map<number, string | undefined>();
      const stop = connection?.subscribe('bench.changed', (data) => {
        for (const slot of (data as { slots: Slot[] }).slots) {
          const serial = slot.state === 'PASS' ? slot.unitSerial : undefined;
          if (serial !== undefined && passed.get(slot.slotId) !== serial) send(slot);
          passed.set(slot.slotId, serial);
        }
      });
      return async () => {
        stop?.();
        connection?.close();
        await field.close();
      };
    },
  };
}

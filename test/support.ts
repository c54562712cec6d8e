import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SlotConfig } from '../app/contract/model.ts';
import { defaultOrder, initStation } from '../app/station/index.ts';
import { systemClock } from '../main/clock.ts';
import { openLedger } from '../main/open.ts';

export const passphrase = 'a passphrase for tests only';

/** A fresh station in a folder of its own. */
export async function makeStation(slots: SlotConfig[] = [], practice = false): Promise<string> {
  const dir = join(await mkdtemp(join(tmpdir(), 'birthmark-test-')), 'station');
  await initStation(
    dir,
    {
      name: 'Test station',
      organisation: 'Test',
      passphrase,
      practice,
      people: [
        { name: 'Ola', badge: 'OP-1', pin: '1111', role: 'operator' },
        { name: 'Erin', badge: 'EN-1', pin: '2222', role: 'engineer' },
      ],
      slots,
      cloud: null,
      device: { endpoint: 'devices.example' },
      order: defaultOrder,
      actor: 'test',
    },
    { clock: systemClock, openLedger },
  );
  return dir;
}

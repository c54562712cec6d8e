import { makeBed, slotWhen } from '../line/support.ts';

/** A station folder with passed units that no process has open. */
export async function stationWithPassedUnits(unitCount: number): Promise<string> {
  const bed = await makeBed(unitCount);
  for (let slot = 1; slot <= unitCount; slot += 1) {
    const { label } = bed.bench.plug(slot);
    await slotWhen(bed.operator, slot, 'SCAN');
    await bed.operator.call('bench.scan', { text: label });
    await slotWhen(bed.operator, slot, 'PASS');
  }
  await bed.close();
  return bed.station.parts.dir;
}

import { need, type Step } from '../unit.ts';

/** Step 12: from here on the device takes no other key and no other certificate. */
export const seal: Step = async (unit) => {
  if (!need(unit.facts.identity, 'identity').sealed) await unit.device.seal();
  return {};
};

import type { Host, HostOptions } from '../../../main/host.ts';

export type OpenHost = (options: HostOptions) => Promise<Host>;
const key = Symbol.for('birthmark.test.openHost');
const holder = globalThis as { [key]?: OpenHost };

/** Stands where `main/compose.ts` stands in the bundle: opens the station that the running test chose. */
export const openHost: OpenHost = (options) => {
  const open = holder[key];
  if (open === undefined) throw new Error('No station was chosen for this launch.');
  return open(options);
};

export const chooseHost = (open: OpenHost): void => {
  holder[key] = open;
};

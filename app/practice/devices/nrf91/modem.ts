/** One power-on of the simulated modem. */
import { createHash } from 'node:crypto';
import type { PracticeDevice } from '../power.ts';
import type { Store } from './store.ts';

/** The options of a build of the firmware beside the modem, and traits of the modem's own firmware. */
export type ModemBuild = {
  /** Whether a request has NULL where RFC 5758 §3.2 requires no parameters (seen in 1.3.7 and 2.0.2). */
  csrNull: boolean;
  /** The line ends within PEM that the modem takes. Reports of 2.0.2 say that it refuses CR LF. */
  pemLineEnds: 'any' | 'lf';
};

/** One power-on. `session` is lost with the power. */
export type Modem = {
  device: PracticeDevice;
  store: Store;
  uuid: Buffer;
  build: ModemBuild;
  session: Session;
};
export type Session = { functional: number; numbers: boolean };
/** The modem is active in these modes (+CFUN), and then its credentials do not change. */
export const isActive = ({ functional }: Session): boolean => [1, 2, 21].includes(functional);
/** On the network, and errors without numbers. */
export const freshSession = (): Session => ({ functional: 1, numbers: false });

/** Returns information lines (or none), or a CME error number; 0 is a bare ERROR. */
export type Handler = (modem: Modem, fields: readonly (string | undefined)[]) => string | number;

/** Factory-set UUID, as the modem names itself. */
export const uuidFor = (hardwareId: string): Buffer => createHash('sha256').update(hardwareId).digest().subarray(0, 16);

import type { OpenSettings } from '../../app/device/channel.ts';

/**
 * DTR and RTS once a port is open, always both: some boards reset when one of them changes alone, and the package turns
 * on the one that is left out. With RTS/CTS the flow control drives RTS.
 */
export const wiresAt = ({ flowControl, dtr = 'on', rts = 'on' }: OpenSettings): { dtr: boolean; rts: boolean } => {
  return { dtr: dtr === 'on', rts: rts === 'on' || flowControl === 'rtscts' };
};

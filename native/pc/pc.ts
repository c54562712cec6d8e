/** The PC as its checks see it, so that tests may show them another one. */
import type { ask } from './ask.ts';

export type Pc = {
  platform: NodeJS.Platform;
  /** Before /sys, /run and /etc; empty on a real machine. */
  root: string;
  ask: typeof ask;
};

/** Names for parts of the contract's shapes that have no name there. */
import type { BenchSnapshot, UnitHistory } from '../contract/model.ts';

/** The records know a period, and the bench knows which shift it is. */
export type Counters = Omit<BenchSnapshot['counters'], 'shift'>;
export type CertificateRow = UnitHistory['certificates'][number];

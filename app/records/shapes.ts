/** Names for parts of the contract's shapes that have no name there. */
import type { BenchSnapshot, UnitHistory } from '../contract/model.ts';

export type Counters = BenchSnapshot['counters'];
export type CertificateRow = UnitHistory['certificates'][number];

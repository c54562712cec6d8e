/** Names for row shapes of the contract that it does not name itself. */
import type { BenchSnapshot, UnitHistory } from '../contract/model.ts';

export type Counters = BenchSnapshot['counters'];
export type CertificateRow = UnitHistory['certificates'][number];

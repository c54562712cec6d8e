/**
 * The rules of issuing, pure. `app/records` checks them inside its transaction, so this folder does not import records
 * or CA.
 */
export type { IssuingFacts, RecordFacts, RequestFacts } from './facts.ts';
export {
  assertMayIssue,
  enforce,
  keyIsNew,
  orderHasNotEnded,
  orderHasRoom,
  orderIsNotPaused,
  orderIsOpen,
  orderTakesSerial,
  plantHasNotRefused,
  plantHasNotRevoked,
  rules,
  unitIsNotScrapped,
} from './rules.ts';

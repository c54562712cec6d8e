/** The rules of issuing, pure: `app/records` asks them inside its transaction, so nothing here knows of records or of the CA. */
export type { IssuingFacts, RecordFacts, RequestFacts } from './facts.ts';
export {
  assertMayIssue,
  enforce,
  keyIsNew,
  orderHasNotEnded,
  orderHasRoom,
  orderIsOpen,
  orderTakesSerial,
  rules,
  unitIsNotScrapped,
} from './rules.ts';

/** What the rules of issuing decide from. */
import type { Order } from '../../contract/model.ts';

/** What a CSR says, and what the station's own CAs say of it; no record changes it. */
export type RequestFacts = {
  /** The unit that the subject names, by either attribute; absent where it names none. */
  commonName?: string | undefined;
  serialNumber?: string | undefined;
  /** The public key is one of a CA of this station, or of a CA above it. */
  isCaKey: boolean;
};

/** What an order allows. */
export type OrderTerms = Pick<
  Order,
  'orderId' | 'quantity' | 'state' | 'profile' | 'serialFrom' | 'serialTo' | 'endsAt'
>;

/** What the records say of one unit and one public key at one moment. */
export type RecordFacts = {
  unitSerial: string;
  /** The certificate profile that is asked for. */
  profile: string;
  /** That moment, ISO 8601 UTC. */
  at: string;
  /** Nothing more is done to the unit. */
  scrapped: boolean;
  /** The other unit that the key belongs to. */
  keySeenOn: string | null;
  /** The unit had the key before it was reworked. */
  keySuperseded: boolean;
  /** A certificate for the key was revoked because the key is no secret any more. */
  keyCompromised: boolean;
  /** The unit holds a live certificate for another key. */
  unitHasCertificate: boolean;
  /** `left`: how many certificates it still allows; the unit's own does not count against it. */
  order: OrderTerms & { left: number };
};

/** `request` is absent only where no CSR is at hand: the rules about it are passed over then. */
export type IssuingFacts = RecordFacts & { request?: RequestFacts | undefined };

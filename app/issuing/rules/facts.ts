/** The facts on which the rules of issuing decide. */
import type { Order, PlantKind } from '../../contract/model.ts';

/** Facts of the CSR and of the station's own CAs. No record changes them. */
export type RequestFacts = {
  /** The unit that the subject names, by either attribute; absent when the subject names none. */
  commonName?: string | undefined;
  serialNumber?: string | undefined;
  /** Whether the public key belongs to a CA of this station or to a CA above one. */
  isCaKey: boolean;
};

/** The limits of an order. */
export type OrderTerms = Pick<
  Order,
  'orderId' | 'quantity' | 'state' | 'profile' | 'serialFrom' | 'serialTo' | 'pattern' | 'listed' | 'endsAt'
> & {
  /** Whether the unit's serial is on the list of the order. */
  onList: boolean;
};

/** What the records say about one unit and one public key at one moment. */
export type RecordFacts = {
  unitSerial: string;
  /** The requested certificate profile. */
  profile: string;
  /** That moment, ISO 8601 UTC. */
  at: string;
  /** Whether the unit is scrapped. */
  scrapped: boolean;
  /** What another station of the plant has of this unit, or null. */
  plantRefusal: { kind: PlantKind; owner: string; ownerUnit: string } | null;
  /** Why the plant revoked this unit, or a certificate of it that another station issued; or null. */
  plantRevocation: { reason: string; note: string } | null;
  /** Another unit to which the key belongs, or null. */
  keySeenOn: string | null;
  /** Whether the unit had this key before its rework. */
  keySuperseded: boolean;
  /** Whether a certificate for the key was revoked because the key is no longer secret. */
  keyCompromised: boolean;
  /** Whether the unit holds a live certificate for another key. */
  unitHasCertificate: boolean;
  /** `left` is the number of certificates that the order still allows. The unit's own does not count against it. */
  order: OrderTerms & { left: number };
};

/** `request` is absent only when there is no CSR. The rules about it are skipped then. */
export type IssuingFacts = RecordFacts & { request?: RequestFacts | undefined };

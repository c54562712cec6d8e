import { badge as badgeShape, pinProblemOf, pin as pinShape } from '../../app/contract/model.ts';

/** A person as typed; the PIN is never kept. */
export type PersonDraft = { name: string; badge: string; pin: string };
export const emptyPerson: PersonDraft = { name: '', badge: '', pin: '' };

/** `leastDigits`: what the station asks of a PIN; six where there is none yet. */
export const personFits = ({ name, badge, pin }: PersonDraft, leastDigits?: number) =>
  name.trim() !== '' &&
  badgeShape.safeParse(badge).success &&
  pinShape.safeParse(pin).success &&
  pinProblemOf(pin, badge, leastDigits) === undefined;

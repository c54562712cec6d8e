import { badge as badgeShape, pin as pinShape } from '../../app/contract/model.ts';

/** A person as typed; the PIN is never kept. */
export type PersonDraft = { name: string; badge: string; pin: string };
export const emptyPerson: PersonDraft = { name: '', badge: '', pin: '' };

export const personFits = ({ name, badge, pin }: PersonDraft) =>
  name.trim() !== '' && badgeShape.safeParse(badge).success && pinShape.safeParse(pin).success;

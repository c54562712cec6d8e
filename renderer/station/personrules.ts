import { methods, pinProblemOf, usualPinDigits } from '../../app/contract/index.ts';
import type { Extra, Rules } from '../controls/formfields.ts';

/** A person as typed; the PIN is never kept. */
export type PersonDraft = { name: string; badge: string; pin: string };
export const emptyPerson: PersonDraft = { name: '', badge: '', pin: '' };

/** What the schema does not say: a name of spaces is none, and a PIN must not be easy to guess. */
const also = ({ name, badge, pin }: PersonDraft, leastDigits: number): Extra<PersonDraft> => ({
  name: name.trim() === '',
  pin: pinProblemOf(pin, badge, leastDigits) !== undefined,
});

/** `leastDigits`: what the station asks of a PIN; six where there is none yet. */
export const personRules = (leastDigits = usualPinDigits): Rules<PersonDraft> => ({
  schema: methods['people.add'].params,
  params: (draft) => ({ ...draft, role: 'operator' }),
  also: (draft) => also(draft, leastDigits),
});

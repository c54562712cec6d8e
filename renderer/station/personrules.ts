import { methods, pinProblemOf, usualPinDigits } from '../../app/contract/index.ts';
import type { Extra, Rules } from '../controls/formfields.ts';

/** The typed facts about a person. The PIN is never kept. */
export type PersonDraft = { name: string; badge: string; pin: string };
export const emptyPerson: PersonDraft = { name: '', badge: '', pin: '' };

/** Rules that the schema does not have: a name must have more than spaces, and a PIN must not be easy to guess. */
const also = ({ name, badge, pin }: PersonDraft, leastDigits: number): Extra<PersonDraft> => ({
  name: name.trim() === '',
  pin: pinProblemOf(pin, badge, leastDigits) !== undefined,
});

/** `leastDigits` is the station's rule for PINs; without a station it is six. */
export const personRules = (leastDigits = usualPinDigits): Rules<PersonDraft> => ({
  schema: methods['people.add'].params,
  params: (draft) => ({ ...draft, role: 'operator' }),
  also: (draft) => also(draft, leastDigits),
});

import { UserRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { second as secondShape } from '../../app/contract/model.ts';
import { noSecondPerson, type SecondPersonDraft, SecondPersonFields } from '../signin/secondperson.tsx';

export type TwoPersons = {
  /** Asks for the second person, or says that no other person could agree. */
  fields: ReactNode;
  ready: boolean;
  /** The second person for the call. */
  given: { second?: SecondPersonDraft };
  /** Call it after a refusal, because the PIN must then be typed again. */
  clear: () => void;
};

/** The questions of an act of two people, beside its own. */
export function useTwoPersons(alone: boolean): TwoPersons {
  const [second, setSecond] = useState(noSecondPerson);
  return {
    fields: alone ? <Alone /> : <SecondPersonFields second={second} onSecond={setSecond} />,
    ready: alone || secondShape.safeParse(second).success,
    given: alone ? {} : { second },
    clear: () => setSecond({ ...second, pin: '' }),
  };
}

function Alone() {
  const t = useTranslations('ca.agree');
  return (
    <div className="notice">
      <UserRound aria-hidden="true" />
      <div>{t('alone')}</div>
    </div>
  );
}

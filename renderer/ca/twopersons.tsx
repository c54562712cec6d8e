import { UserRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { second as secondShape } from '../../app/contract/model.ts';
import { noSecondPerson, type SecondPersonDraft, SecondPersonFields } from '../signin/secondperson.tsx';

export type TwoPersons = {
  /** Asks for the second person, or says that no other person could agree. */
  fields: ReactNode;
  ready: boolean;
  /** For the call. */
  given: { second?: SecondPersonDraft };
  /** After a refusal a PIN is typed again. */
  clear: () => void;
};

/** What an act of two persons asks for, beside its own questions. */
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

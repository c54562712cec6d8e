import { UserRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { nobody, Second, type SecondPerson, secondFits } from '../signin/secondperson.tsx';

export type Agreeing = {
  /** Asks for the second person, or tells the one there is that nobody else could agree. */
  fields: ReactNode;
  ready: boolean;
  /** For the call. */
  given: { second?: SecondPerson };
  /** After a refusal: a PIN is typed anew. */
  clear: () => void;
};

/** What an act of two persons asks for, beside its own questions. */
export function useAgree(alone: boolean): Agreeing {
  const [second, setSecond] = useState(nobody);
  return {
    fields: alone ? <Alone /> : <Second second={second} onSecond={setSecond} />,
    ready: alone || secondFits(second),
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

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Person, PersonRow, PinConfig } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useAgain } from '../controls/useagain.ts';
import { IdleSetting } from './idlesetting.tsx';
import { NewPersonForm } from './newpersonform.tsx';
import { PeopleTable } from './peopletable.tsx';
import { type PersonAct, PersonDialog } from './persondialog.tsx';
import { PinRule } from './pinrule.tsx';

type Props = { me: Person; pins: PinConfig; idleMinutes: number };

/** A lock and the wrong PINs change while the page is open. */
const lookEveryMs = 10_000;

/** The people who may work here, with their roles and sign-ins. QA looks, an engineer changes. */
export function PeopleList({ me, pins, idleMinutes }: Props) {
  const t = useTranslations('session.people');
  const units = useTranslations('units');
  const people = useRead('people.list', {});
  const unlock = useAct('people.unlock');
  const [open, setOpen] = useState<{ act: PersonAct; person: PersonRow }>();
  const engineer = me.role === 'engineer';
  useAgain(people.reload, lookEveryMs);
  return (
    <div className="stack">
      {!engineer && <p className="hint">{t('qa')}</p>}
      <ErrorNotice error={people.error ?? unlock.error} />
      {!people.data && !people.error && <p className="loading">{units('rowLoading')}</p>}
      <PeopleTable
        people={people.data ?? []}
        me={me}
        busy={unlock.busy}
        onAct={(act, person) => setOpen({ act, person })}
        onUnlock={async ({ personId }) => {
          await unlock.run({ personId });
          people.reload();
        }}
      />
      {engineer && (
        <>
          <IdleSetting minutes={idleMinutes} />
          <NewPersonForm onAdded={people.reload} leastDigits={pins.leastDigits} />
          <PinRule pins={pins} />
        </>
      )}
      {open && (
        <PersonDialog
          key={`${open.act} ${open.person.personId}`}
          {...open}
          mine={open.person.personId === me.personId}
          leastDigits={pins.leastDigits}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined);
            people.reload();
          }}
        />
      )}
    </div>
  );
}

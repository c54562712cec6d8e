import { UserX } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Person, PinConfig } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Pill } from '../controls/pill.tsx';
import { IdleSetting } from './idlesetting.tsx';
import { NewPersonForm } from './newpersonform.tsx';
import { PinRule } from './pinrule.tsx';

type Props = { me: Person; pins: PinConfig; idleMinutes: number };

/** The people who may work here, with their roles. */
export function PeopleList({ me, pins, idleMinutes }: Props) {
  const t = useTranslations();
  const people = useRead('people.list', {});
  const engineers = people.data?.filter(({ active, role }) => active && role === 'engineer') ?? [];
  const deactivate = useAct('people.deactivate');
  const [leaving, setLeaving] = useState<Person>();
  const [askedFor, setAskedFor] = useState('');
  const ask = (person: Person) => {
    setLeaving(person);
    setAskedFor(person.name);
  };
  return (
    <div className="stack">
      <ErrorNotice error={people.error} />
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('station.people.name')}</th>
            <th scope="col">{t('station.people.badge')}</th>
            <th scope="col">{t('station.people.role')}</th>
            <th scope="col">{t('station.orders.state')}</th>
          </tr>
        </thead>
        <tbody>
          {people.data?.map((person) => (
            <tr key={person.personId}>
              <th scope="row">{person.name}</th>
              <td className="mono">{person.badge}</td>
              <td>{t(`header.role.${person.role}`)}</td>
              <td>
                {!person.active && <Pill tone="plain">{t('station.people.inactive')}</Pill>}
                {person.active && person.personId === me.personId && <Pill tone="act">{t('station.people.you')}</Pill>}
                {person.active && person.role === 'engineer' && engineers.length === 1 && (
                  <span className="hint"> {t('session.people.lastEngineer')}</span>
                )}
                {person.active && (person.role !== 'engineer' || engineers.length > 1) && (
                  <Button
                    icon={UserX}
                    aria-label={t('station.people.deactivatePerson', { name: person.name })}
                    onClick={() => ask(person)}
                  >
                    {t('station.people.deactivate')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <IdleSetting minutes={idleMinutes} />
      <NewPersonForm onAdded={people.reload} leastDigits={pins.leastDigits} />
      <PinRule pins={pins} />
      <Confirm
        open={leaving !== undefined}
        title={t('station.people.deactivateTitle', { name: askedFor })}
        meaning={
          leaving?.personId === me.personId
            ? t('session.people.deactivateMyself')
            : t('station.people.deactivateMeaning', { name: askedFor })
        }
        act={t('station.people.deactivate')}
        busy={deactivate.busy}
        onCancel={() => setLeaving(undefined)}
        onConfirm={async () => {
          if (!leaving || !(await deactivate.run({ personId: leaving.personId }))) return;
          setLeaving(undefined);
          people.reload();
        }}
      >
        <ErrorNotice error={deactivate.error} />
      </Confirm>
    </div>
  );
}

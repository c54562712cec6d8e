import { UserPlus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Role } from '../../app/contract/index.ts';
import { role as roleShape } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { emptyPerson, personFits } from './persondraft.ts';
import { PersonFields } from './personfields.tsx';

export function NewPersonForm({ onAdded, leastDigits }: { onAdded: () => void; leastDigits: number }) {
  const t = useTranslations();
  const [draft, setDraft] = useState(emptyPerson);
  const [role, setRole] = useState<Role>('operator');
  const { run, busy, error } = useAct('people.add');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!personFits(draft, leastDigits) || !(await run({ ...draft, role }))) return;
    setDraft(emptyPerson);
    onAdded();
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h3>{t('station.people.addTitle')}</h3>
      <PersonFields draft={draft} onDraft={setDraft} leastDigits={leastDigits} />
      <div className="narrow">
        <SelectField
          label={t('station.people.role')}
          value={role}
          options={roleShape.options.map((value) => ({ value, label: t(`header.role.${value}`) }))}
          onPick={setRole}
        />
      </div>
      <ErrorNotice error={error} />
      <div className="row">
        <Button kind="primary" icon={UserPlus} submit busy={busy} disabled={!personFits(draft, leastDigits)}>
          {t('station.people.add')}
        </Button>
      </div>
    </form>
  );
}

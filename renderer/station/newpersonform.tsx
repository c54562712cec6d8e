import { UserPlus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Role } from '../../app/contract/index.ts';
import { role as roleShape } from '../../app/contract/model.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';
import { PersonFields, usePersonRules } from './personfields.tsx';
import { emptyPerson, type PersonDraft } from './personrules.ts';

type NewPerson = PersonDraft & { role: Role };

export function NewPersonForm({ onAdded, leastDigits }: { onAdded: () => void; leastDigits: number }) {
  const t = useTranslations();
  const { also, words } = usePersonRules(leastDigits);
  const form = useForm<'people.add', NewPerson>('people.add', {
    first: { ...emptyPerson, role: 'operator' },
    params: (person) => person,
    also,
    words: (name, person) => (name === 'role' ? undefined : words?.(name, person)),
    onDone: onAdded,
  });
  return (
    <form className="card stack" {...form.form}>
      <h3>{t('station.people.addTitle')}</h3>
      <PersonFields field={form.field} leastDigits={leastDigits} />
      <div className="narrow">
        <SelectField
          label={t('station.people.role')}
          value={form.values.role}
          options={roleShape.options.map((value) => ({ value, label: t(`header.role.${value}`) }))}
          onPick={(role) => form.set({ role })}
        />
      </div>
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="primary" icon={UserPlus} {...form.button}>
          {t('station.people.add')}
        </Button>
      </div>
    </form>
  );
}

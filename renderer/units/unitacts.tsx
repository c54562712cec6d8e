import { RefreshCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Person, UnitHistory } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { useForm } from '../controls/useform.ts';
import { noSecondPerson, SecondPersonFields } from '../signin/secondperson.tsx';
import { type JointAct, jointActsOf } from './jointacts.ts';

const icons = { rework: RefreshCcw, scrap: Trash2 } as const;

type Props = { unit: UnitHistory; person: Person; inWork: boolean; onDone: () => void };

/** The acts of two people on a unit: rework and scrap. */
export function UnitActs({ unit, person, inWork, onDone }: Props) {
  const t = useTranslations('rework');
  const [open, setOpen] = useState<JointAct>();
  const flows = jointActsOf(unit, person, inWork);
  if (flows.length === 0) return null;
  return (
    <div className="row">
      {flows.map((flow) => (
        <Button
          key={flow}
          kind={flow === 'scrap' ? 'danger' : 'plain'}
          icon={icons[flow]}
          onClick={() => setOpen(flow)}
        >
          {t(`${flow}.open`)}
        </Button>
      ))}
      <Modal
        open={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={t(`${open ?? 'scrap'}.title`, { serial: unit.unitSerial })}
        size="large"
      >
        {open && (
          <Agreement
            key={open}
            flow={open}
            unitSerial={unit.unitSerial}
            onDone={() => {
              setOpen(undefined);
              onDone();
            }}
          />
        )}
      </Modal>
    </div>
  );
}

function Agreement({ flow, unitSerial, onDone }: { flow: JointAct; unitSerial: string; onDone: () => void }) {
  const t = useTranslations('rework');
  const form = useForm(flow === 'rework' ? 'units.rework' : 'units.scrap', {
    first: { reason: '', second: noSecondPerson },
    params: ({ reason, second }) => ({ unitSerial, reason: reason.trim(), second }),
    onDone,
    forgets: ({ second }) => ({ second: { ...second, pin: '' } }),
  });
  return (
    <form className="stack" {...form.form}>
      <ul className="meaning">
        {(['unit', 'certificate', 'next'] as const).map((part) => (
          <li key={part}>{t(`${flow}.meaning.${part}`)}</li>
        ))}
      </ul>
      <Field
        size="bench"
        label={t('reason')}
        hint={t('reasonHint')}
        maxLength={500}
        autoFocus
        {...form.field('reason')}
      />
      <SecondPersonFields second={form.values.second} onSecond={(second) => form.set({ second })} />
      <ErrorNotice error={form.error} />
      <div className="row end">
        <Button size="bench" kind={flow === 'scrap' ? 'danger' : 'primary'} icon={icons[flow]} {...form.button}>
          {t(`${flow}.go`)}
        </Button>
      </div>
    </form>
  );
}

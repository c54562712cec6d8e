import { Ban, Undo2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RevocationReason } from '../../app/contract/index.ts';
import { revocationNote, revocationReason } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';

const isNote = (note: string): boolean => revocationNote.safeParse(note).success;

type Props = { serialHex: string; onDone: () => void };

/** For ever, so the last digits are typed: nobody revokes the neighbour of what they meant. */
export function RevokeCertificate({ serialHex, onDone }: Props) {
  const t = useTranslations('station.certificates');
  const [reason, setReason] = useState<RevocationReason>('unspecified');
  const [note, setNote] = useState('');
  const [typed, setTyped] = useState('');
  const { run, busy, error } = useAct('certificates.revoke');
  const digits = serialHex.slice(-6);
  const sure = typed.trim().toLowerCase() === digits;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!sure || !isNote(note)) return;
    if (await run({ serialHex, reason, note })) onDone();
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h3>{t('revokeTitle')}</h3>
      <p>{t('revokeMeaning')}</p>
      <SelectField
        label={t('reason')}
        value={reason}
        onPick={setReason}
        options={revocationReason.options.map((value) => ({ value, label: t(`reasons.${value}`) }))}
      />
      <Field label={t('note')} hint={t('noteHint')} maxLength={500} value={note} onValue={setNote} />
      <Field
        label={t('digits', { digits })}
        value={typed}
        onValue={setTyped}
        problem={sure ? undefined : t('digitsProblem')}
      />
      <ErrorNotice error={error} />
      <div className="row">
        <Button kind="danger" icon={Ban} submit busy={busy} disabled={!(sure && isNote(note))}>
          {t('revoke')}
        </Button>
      </div>
    </form>
  );
}

export function PutCertificateBack({ serialHex, onDone }: Props) {
  const t = useTranslations('station.certificates');
  const [note, setNote] = useState('');
  const { run, busy, error } = useAct('certificates.putBack');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isNote(note) && (await run({ serialHex, note }))) onDone();
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h3>{t('putBackTitle')}</h3>
      <p>{t('putBackMeaning')}</p>
      <Field label={t('note')} maxLength={500} value={note} onValue={setNote} />
      <ErrorNotice error={error} />
      <div className="row">
        <Button icon={Undo2} submit busy={busy} disabled={!isNote(note)}>
          {t('putBack')}
        </Button>
      </div>
    </form>
  );
}

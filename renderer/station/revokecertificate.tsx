import { Ban, Undo2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RevocationReason } from '../../app/contract/index.ts';
import { revocationReason } from '../../app/contract/model.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';

type Props = { serialHex: string; onDone: () => void };

/**
 * Revokes a certificate, which cannot be undone. A person types its last digits, so that no other one is revoked by
 * mistake.
 */
export function RevokeCertificate({ serialHex, onDone }: Props) {
  const t = useTranslations('station.certificates');
  const digits = serialHex.slice(-6);
  const form = useForm('certificates.revoke', {
    first: { reason: 'unspecified' as RevocationReason, note: '', typed: '' },
    params: ({ reason, note }) => ({ serialHex, reason, note }),
    also: ({ typed }) => ({ typed: typed.trim().toLowerCase() !== digits && t('digitsProblem') }),
    onDone,
  });
  return (
    <form className="card stack" {...form.form}>
      <h3>{t('revokeTitle')}</h3>
      <p>{t('revokeMeaning')}</p>
      <SelectField
        label={t('reason')}
        value={form.values.reason}
        onPick={(reason) => form.set({ reason })}
        options={revocationReason.options.map((value) => ({ value, label: t(`reasons.${value}`) }))}
      />
      <Field label={t('note')} hint={t('noteHint')} maxLength={500} {...form.field('note')} />
      <Field label={t('digits', { digits })} {...form.field('typed')} />
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="danger" icon={Ban} {...form.button}>
          {t('revoke')}
        </Button>
      </div>
    </form>
  );
}

export function PutCertificateBack({ serialHex, onDone }: Props) {
  const t = useTranslations('station.certificates');
  const form = useForm('certificates.putBack', {
    first: { note: '' },
    params: ({ note }) => ({ serialHex, note }),
    onDone,
  });
  return (
    <form className="card stack" {...form.form}>
      <h3>{t('putBackTitle')}</h3>
      <p>{t('putBackMeaning')}</p>
      <Field label={t('note')} maxLength={500} {...form.field('note')} />
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button icon={Undo2} {...form.button}>
          {t('putBack')}
        </Button>
      </div>
    </form>
  );
}

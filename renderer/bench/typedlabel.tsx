import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { deliverScan } from '../scanreader/deliverscan.ts';

/** For labels that do not scan, and for keyboards without a scanner. */
export function TypedLabel({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('bench');
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    void deliverScan(text.trim(), { fromDialog: true });
    setText('');
    onClose();
  };
  return (
    <Modal open={open} onClose={onClose} title={t('typeLabel')}>
      <form className="stack" onSubmit={submit}>
        <Field
          size="bench"
          label={t('typeField')}
          hint={t('typeHint')}
          value={text}
          onValue={setText}
          maxLength={256}
          autoFocus
        />
        <Button size="bench" kind="primary" submit>
          {t('typeGo')}
        </Button>
      </form>
    </Modal>
  );
}

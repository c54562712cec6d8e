import { AlertDialog } from '@base-ui/react/alert-dialog';
import { PowerOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { useForm } from '../controls/useform.ts';
import { goTo, hrefTo } from '../route.ts';
import { useTwoPersons } from './twopersons.tsx';

type Props = { ca: CaView; alone: boolean; onClose: () => void; onDone: () => void };

/** Removes a key from the station. It needs a proved backup and the name of the CA, typed. */
export function TakeOffline({ ca, alone, onClose, onDone }: Props) {
  const t = useTranslations('ca.offline');
  const common = useTranslations('common');
  const agree = useTwoPersons(alone);
  const form = useForm('ca.takeOffline', {
    first: { confirm: '' },
    params: ({ confirm }) => ({ issuerId: ca.issuerId, confirm, ...agree.given }),
    also: ({ confirm }) => ({ confirm: confirm !== ca.commonName && t('notTheName') }),
    onDone,
    onRefused: agree.clear,
  });
  const proved = ca.backupProvedAt;
  return (
    <AlertDialog.Root open onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className={`modal ${alone || proved === null ? 'small' : 'large'}`}>
          <header>
            <AlertDialog.Title className="modal-title">{t('title', { name: ca.commonName })}</AlertDialog.Title>
          </header>
          <form className="modal-body stack" {...form.form}>
            <AlertDialog.Description>{t(`meaning.${ca.role}`)}</AlertDialog.Description>
            {proved === null ? (
              <p className="wrong">{t('notProved')}</p>
            ) : (
              <>
                <p>{t.rich('proved', { when: () => <Timestamp at={proved} /> })}</p>
                <Field label={t('type', { name: ca.commonName })} maxLength={64} {...form.field('confirm')} />
                {agree.fields}
              </>
            )}
            <ErrorNotice error={form.error} />
            <div className="row end">
              <Button size="bench" onClick={onClose}>
                {common('cancel')}
              </Button>
              {proved === null ? (
                <Button size="bench" kind="primary" onClick={() => goTo(hrefTo.station(`ca/split/${ca.issuerId}`))}>
                  {t('backupFirst')}
                </Button>
              ) : (
                <Button size="bench" kind="danger" icon={PowerOff} {...form.button}>
                  {t('go')}
                </Button>
              )}
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

import { AlertDialog } from '@base-ui/react/alert-dialog';
import { PowerOff } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { goTo, hrefTo } from '../route.ts';
import { useTwoPersons } from './twopersons.tsx';

type Props = { ca: CaView; alone: boolean; onClose: () => void; onDone: () => void };

/** Removes a key from the station for ever: only what a backup was proved of, and only by its name. */
export function TakeOffline({ ca, alone, onClose, onDone }: Props) {
  const t = useTranslations('ca.offline');
  const common = useTranslations('common');
  const [typed, setTyped] = useState('');
  const { run, busy, error } = useAct('ca.takeOffline');
  const agree = useTwoPersons(alone);
  const proved = ca.backupProvedAt;
  const sure = typed === ca.commonName && agree.ready;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!sure) return;
    if (await run({ issuerId: ca.issuerId, confirm: typed, ...agree.given })) return onDone();
    agree.clear();
  };
  return (
    <AlertDialog.Root open onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className={`modal ${alone || proved === null ? 'small' : 'large'}`}>
          <header>
            <AlertDialog.Title className="modal-title">{t('title', { name: ca.commonName })}</AlertDialog.Title>
          </header>
          <form className="modal-body stack" onSubmit={(event) => void submit(event)}>
            <AlertDialog.Description>{t(`meaning.${ca.role}`)}</AlertDialog.Description>
            {proved === null ? (
              <p className="wrong">{t('notProved')}</p>
            ) : (
              <>
                <p>{t.rich('proved', { when: () => <Timestamp at={proved} /> })}</p>
                <Field
                  label={t('type', { name: ca.commonName })}
                  value={typed}
                  maxLength={64}
                  onValue={setTyped}
                  problem={typed === ca.commonName ? undefined : t('notTheName')}
                />
                {agree.fields}
              </>
            )}
            <ErrorNotice error={error} />
            <div className="row end">
              <Button size="bench" onClick={onClose}>
                {common('cancel')}
              </Button>
              {proved === null ? (
                <Button size="bench" kind="primary" onClick={() => goTo(hrefTo.station(`ca/split/${ca.issuerId}`))}>
                  {t('backupFirst')}
                </Button>
              ) : (
                <Button size="bench" kind="danger" icon={PowerOff} submit busy={busy} disabled={!sure}>
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

import { EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PlantStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SaveRow } from '../controls/saverow.tsx';
import { useForm } from '../controls/useform.ts';
import { AddressFields, addressSecrets, addressTyped, reachedBy, useAddressWords } from './addressfields.tsx';
import { TryConnection } from './tryconnection.tsx';

type Props = { now: PlantStatus; onChanged: (said: 'reads' | 'readsNoMore') => void };

/** The login with which QA's desk reads the whole plant. Before there is one, the server is that of the station. */
export function ReaderForm({ now, onChanged }: Props) {
  const t = useTranslations('plant.set');
  const { reader, address } = now;
  const addressWords = useAddressWords();
  const form = useForm('plant.readWith', {
    first: addressTyped(reader ?? { ...address, user: '' }),
    asks: true,
    hides: addressSecrets,
    params: reachedBy,
    words: addressWords,
    onDone: () => onChanged('reads'),
  });
  return (
    <form className="card stack" aria-label={t('reader')} {...form.form}>
      <h3>{t('reader')}</h3>
      <p className="hint">{t(reader ? 'readerHas' : 'readerMeaning', { user: reader?.user ?? '' })}</p>
      <AddressFields form={form} isKept={reader !== null} fileHint={t('readerFileHint')} />
      <TryConnection method="plant.tryReader" form={form} said={({ plantId }) => t('readerAnswers', { plantId })} />
      <SaveRow form={form} save={t(reader ? 'save' : 'read')} saved="" />
      {reader && <EndReading onDone={() => onChanged('readsNoMore')} />}
    </form>
  );
}

function EndReading({ onDone }: { onDone: () => void }) {
  const t = useTranslations('plant.set');
  const end = useAct('plant.readWith');
  const [asks, setAsks] = useState(false);
  return (
    <>
      <ErrorNotice error={end.error} />
      <div className="row">
        <Button icon={EyeOff} onClick={() => setAsks(true)}>
          {t('readNoMore')}
        </Button>
      </div>
      <Confirm
        open={asks}
        title={t('readNoMoreTitle')}
        meaning={t('readNoMoreMeaning')}
        act={t('readNoMore')}
        busy={end.busy}
        onCancel={() => setAsks(false)}
        onConfirm={async () => {
          const done = await end.run({ url: null });
          setAsks(false);
          if (done) onDone();
        }}
      />
    </>
  );
}

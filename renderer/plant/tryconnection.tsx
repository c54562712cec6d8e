import { PlugZap } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PlantTried } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { type AddressForm, reachedBy } from './addressfields.tsx';

type Props = {
  method: 'plant.try' | 'plant.tryReader';
  form: AddressForm;
  /** The words for what the plant says. */
  said: (answer: PlantTried) => string;
};

/** Asks the plant with what is typed, and changes nothing. The answer goes when something else is typed. */
export function TryConnection({ method, form, said }: Props) {
  const t = useTranslations('plant.set');
  const tried = useAct(method);
  const reached = reachedBy(form.values);
  const asked = JSON.stringify(reached);
  const [answer, setAnswer] = useState<{ asked: string; to: PlantTried }>();
  const attempt = async () => {
    setAnswer(undefined);
    const to = await tried.run(reached);
    if (to) setAnswer({ asked, to });
  };
  return (
    <>
      <ErrorNotice error={tried.error} />
      <span role="status">{answer?.asked === asked ? said(answer.to) : ''}</span>
      <div className="row">
        <Button icon={PlugZap} busy={tried.busy} disabled={!form.fits} onClick={() => void attempt()}>
          {t('try')}
        </Button>
      </div>
    </>
  );
}

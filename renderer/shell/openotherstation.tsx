import { ArrowLeftRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { hrefTo } from '../route.ts';

/**
 * Puts the whole screen up again, because a new station begins its snapshots again. A page that is loaded hears no keys
 * meanwhile: a scan would be lost without a word.
 */
export function startAfresh(): void {
  window.location.hash = hrefTo.bench;
  window.screens?.takeDown();
  window.screens?.putUp();
}

/** Closes this station and opens the other one. */
export function OpenOtherStation({ which, short = false }: { which: 'practice' | 'real'; short?: boolean }) {
  const t = useTranslations();
  const words = which === 'real' ? t('practice.openReal') : t('practice.openPractice');
  const [asking, setAsking] = useState(false);
  const { run, busy, error } = useAct('setup.open');
  return (
    <>
      <Button
        size="bench"
        icon={ArrowLeftRight}
        aria-label={words}
        title={short ? words : undefined}
        onClick={() => setAsking(true)}
      >
        {short ? t('practice.setUpShort') : words}
      </Button>
      <Confirm
        open={asking}
        title={which === 'real' ? t('open.realTitle') : t('open.practiceTitle')}
        meaning={t('open.meaning')}
        act={t('open.go')}
        busy={busy}
        onCancel={() => setAsking(false)}
        onConfirm={async () => {
          if (await run({ which })) startAfresh();
        }}
      >
        <ErrorNotice error={error} />
      </Confirm>
    </>
  );
}

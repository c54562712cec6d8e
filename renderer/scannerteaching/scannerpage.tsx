import { RotateCcw, ScanBarcode, ScanLine, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { KeyboardScanner, StationStatus, TaughtScanner } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { TaughtScannerFacts } from './taughtscanner.tsx';
import { TeachScanner } from './teachscanner.tsx';

/** The keyboard scanner of this station: its settings, the page that teaches it, and the button that forgets it. */
export function ScannerPage({ status }: { status: StationStatus }) {
  const t = useTranslations('scanner');
  const [teaching, setTeaching] = useState(false);
  const [gone, setGone] = useState<TaughtScanner>();
  const undo = useAct('station.configure');
  const { keyboardScanner } = status;
  if (teaching) return <TeachScanner onDone={() => setTeaching(false)} />;
  const teach = () => {
    setGone(undefined);
    setTeaching(true);
  };
  return (
    <div className="stack">
      <p>{t('about')}</p>
      {gone && !keyboardScanner && (
        <div className="row" role="status">
          <span>{t('forgotten')}</span>
          <Button icon={Undo2} busy={undo.busy} onClick={() => void undo.run({ keyboardScanner: gone })}>
            {t('undo')}
          </Button>
        </div>
      )}
      <ErrorNotice error={undo.error} />
      {keyboardScanner ? (
        <Kept scanner={keyboardScanner} onTeach={teach} onForgot={setGone} />
      ) : (
        <EmptyState icon={ScanBarcode} title={t('empty')} hint={t('emptyHint')}>
          <Button size="bench" kind="primary" icon={ScanLine} onClick={teach}>
            {t('teach')}
          </Button>
        </EmptyState>
      )}
    </div>
  );
}

type KeptProps = { scanner: KeyboardScanner; onTeach: () => void; onForgot: (taught: TaughtScanner) => void };

function Kept({ scanner, onTeach, onForgot }: KeptProps) {
  const t = useTranslations('scanner');
  const [asking, setAsking] = useState(false);
  const { run, busy, error } = useAct('station.configure');
  const { taughtAt, taughtBy, ...taught } = scanner;
  const forget = async () => {
    if (!(await run({ keyboardScanner: null }))) return;
    setAsking(false);
    onForgot(taught);
  };
  return (
    <section className="card stack">
      <h3>{t.rich('kept', { by: taughtBy, at: () => <Timestamp at={taughtAt} /> })}</h3>
      <TaughtScannerFacts taught={taught} />
      <div className="row">
        <Button size="bench" icon={RotateCcw} onClick={onTeach}>
          {t('again')}
        </Button>
        <Button size="bench" kind="danger" icon={Trash2} onClick={() => setAsking(true)}>
          {t('forget')}
        </Button>
      </div>
      <Confirm
        open={asking}
        title={t('forgetTitle')}
        meaning={t('forgetMeaning')}
        act={t('forget')}
        busy={busy}
        onCancel={() => setAsking(false)}
        onConfirm={() => void forget()}
      >
        <ErrorNotice error={error} />
      </Confirm>
    </section>
  );
}

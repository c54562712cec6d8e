import { CircleCheck, Info, RotateCcw, Save, TriangleAlert, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import type { KeyFacts } from '../scanreader/keystroke.ts';
import { KeysCame } from './keyscame.tsx';
import { type Learned, readWith } from './learnscanner.ts';
import { TaughtScannerFacts } from './taughtscanner.tsx';
import { testImage, testText } from './testcodes.ts';

type Props = { learned: Learned; facts: readonly KeyFacts[]; onDone: () => void; onRestart: () => void };

/** Shows the learned settings, asks for a scan that proves them, and keeps them. */
export function TryScanner({ learned, facts, onDone, onRestart }: Props) {
  const t = useTranslations('scanner');
  const { taught, bent, aim } = learned;
  const image = useMemo(testImage, []);
  const { run, busy, error } = useAct('station.configure');
  const [before] = useState(facts);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const scanned = facts === before ? undefined : { text: readWith(taught, facts) };
  const good = scanned?.text === testText;
  const keep = async () => {
    if (await run({ keyboardScanner: taught })) onDone();
  };
  return (
    <div className="teach">
      <section className="card stack">
        <h3 ref={head} tabIndex={-1}>
          {t('learned')}
        </h3>
        <TaughtScannerFacts taught={taught} />
        <Note text={bent.length > 0 ? t('bent', { chars: bent.join(' ') }) : t('straight')} />
        {aim && <Note text={t('aim')} />}
        {taught.overlaps && <Note text={t('overlaps')} />}
        {taught.suffix.length === 0 && <Note text={t('noSuffix')} warns />}
      </section>
      <section className="teach-code">
        <h3>{t('tryIt')}</h3>
        <img className="teach-image" {...image} alt={t('codeAlt', { text: testText })} />
        {scanned && <Result text={scanned.text} good={good} />}
      </section>
      <ErrorNotice error={error} />
      <div className="row">
        <Button size="bench" kind="primary" icon={Save} busy={busy} disabled={!good} onClick={() => void keep()}>
          {t('keep')}
        </Button>
        <Button size="bench" icon={RotateCcw} onClick={onRestart}>
          {t('restart')}
        </Button>
        <Button size="bench" kind="quiet" icon={X} onClick={onDone}>
          {t('stop')}
        </Button>
      </div>
      <KeysCame facts={facts} keys={taught.keys} />
    </div>
  );
}

function Note({ text, warns = false }: { text: string; warns?: boolean }) {
  const Icon = warns ? TriangleAlert : Info;
  return (
    <p className="row">
      <Icon aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}

function Result({ text, good }: { text: string | undefined; good: boolean }) {
  const t = useTranslations('scanner');
  if (good) {
    return (
      <p className="teach-good" role="status">
        <CircleCheck aria-hidden="true" />
        <span>{t('tryOk', { text: text ?? '' })}</span>
      </p>
    );
  }
  return (
    <p className="teach-problem" role="alert">
      <TriangleAlert aria-hidden="true" />
      <span>{text === undefined ? t('tryRefused') : t('tryBad', { text })}</span>
    </p>
  );
}

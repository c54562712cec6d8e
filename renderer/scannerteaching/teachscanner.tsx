import { Check, Printer, RotateCcw, ScanBarcode, TriangleAlert, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';
import { splitBurst } from '../scanreader/keyburst.ts';
import type { KeyFacts } from '../scanreader/keystroke.ts';
import { KeysCame } from './keyscame.tsx';
import {
  type Capture,
  captureOf,
  type Learned,
  learnScanner,
  problemOf,
  type Read,
  type ReadProblem,
} from './learnscanner.ts';
import { type TestCode, testCodes } from './testcodes.ts';
import { TryScanner } from './tryscanner.tsx';
import { useCapture } from './usecapture.ts';

/** Whether this code was read, or the setting that must change first. */
type Looked = { problem: ReadProblem; capture: Capture } | undefined;

/** Shows codes to scan, one after another, then the learned settings and a test. */
export function TeachScanner({ onDone }: { onDone: () => void }) {
  const all = useMemo(testCodes, []);
  const [reads, setReads] = useState<readonly Read[]>([]);
  const [step, setStep] = useState(0);
  const [looked, setLooked] = useState<Looked>();
  const code = all[step];
  const restart = () => {
    setReads([]);
    setStep(0);
    setLooked(undefined);
  };
  const next = (read: readonly Read[]) => {
    setReads(read);
    setStep(step + 1);
    setLooked(undefined);
  };
  const learned: Learned | { problem: ReadProblem } | undefined = code === undefined ? learnScanner(reads) : undefined;
  const facts = useCapture((came: readonly KeyFacts[]) => {
    if (!code) return;
    const read = { text: code.text, capture: captureOf(came) };
    const problem = problemOf(read);
    if (problem) setLooked({ problem, capture: read.capture });
    else next([...reads, read]);
  });
  if (learned && !('problem' in learned)) {
    return <TryScanner learned={learned} facts={facts} onDone={onDone} onRestart={restart} />;
  }
  return (
    <div className="teach">
      {code ? (
        <OneCode code={code} step={step + 1} total={all.length} looked={looked} />
      ) : (
        learned && <Failed problem={learned.problem} />
      )}
      <div className="row">
        {code?.optional && (
          <Button size="bench" onClick={() => next(reads)}>
            <Skip />
          </Button>
        )}
        <Restart onRestart={restart} shown={step > 0} />
        <Stop onStop={onDone} />
      </div>
      <KeysCame facts={facts} />
      <PrintHint all={all} />
    </div>
  );
}

function Skip() {
  return useTranslations('scanner')('skip');
}

function Restart({ onRestart, shown }: { onRestart: () => void; shown: boolean }) {
  const t = useTranslations('scanner');
  return shown ? (
    <Button size="bench" icon={RotateCcw} onClick={onRestart}>
      {t('restart')}
    </Button>
  ) : null;
}

function Stop({ onStop }: { onStop: () => void }) {
  const t = useTranslations('scanner');
  return (
    <Button size="bench" kind="quiet" icon={X} onClick={onStop}>
      {t('stop')}
    </Button>
  );
}

function Failed({ problem }: { problem: ReadProblem }) {
  const t = useTranslations('scanner');
  return (
    <p className="teach-problem" role="alert">
      <TriangleAlert aria-hidden="true" />
      <span>
        <strong>{t('set')}: </strong>
        {t(`problem.${problem}`, { ms: 0, found: 0, wanted: 0 })}
      </span>
    </p>
  );
}

function OneCode({ code, step, total, looked }: { code: TestCode; step: number; total: number; looked: Looked }) {
  const t = useTranslations('scanner');
  const head = useRef<HTMLHeadingElement>(null);
  // Takes the focus off the buttons at each step, so that a scanner that looks like a person presses none.
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each step
  useEffect(() => head.current?.focus(), [step]);
  const capture = looked?.capture;
  return (
    <section className="teach-code">
      <p className="hint">{t('step', { step, total })}</p>
      <h3 ref={head} tabIndex={-1}>
        {t(`code.${code.name}`)}
      </h3>
      <img className="teach-image" {...code.image} alt={t('codeAlt', { text: code.text.replace('\u001d', ' GS ') })} />
      {looked && capture ? (
        <p className="teach-problem" role="alert">
          <TriangleAlert aria-hidden="true" />
          <span>
            <strong>{t('set')}: </strong>
            {t(`problem.${looked.problem}`, {
              ms: Math.round(capture.gapMs),
              found: splitBurst(capture.strokes).body.length,
              wanted: code.text.length,
            })}
          </span>
        </p>
      ) : (
        <p className="teach-wait" role="status">
          {step > 1 ? <Check aria-hidden="true" /> : <ScanBarcode aria-hidden="true" />}
          <span>{t('waiting')}</span>
        </p>
      )}
    </section>
  );
}

/** Prints all codes on paper. On screen there is only the button. */
function PrintHint({ all }: { all: readonly TestCode[] }) {
  const t = useTranslations('scanner');
  return (
    <section>
      <p className="hint">{t('laser')}</p>
      <div className="row">
        <Button icon={Printer} onClick={() => window.print()}>
          {t('print')}
        </Button>
      </div>
      <div className="on-paper" aria-hidden="true">
        {all.map((code, index) => (
          <figure key={code.name}>
            <figcaption>{`${index + 1}. ${t(`code.${code.name}`)}`}</figcaption>
            <img {...code.image} alt="" />
          </figure>
        ))}
      </div>
    </section>
  );
}

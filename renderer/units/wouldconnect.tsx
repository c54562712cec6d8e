import { Check, CircleHelp, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Result } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';

type Answer = Result<'connections.why'>;

const marks = { ok: Check, wrong: X, unknown: CircleHelp };

/** "Would it connect?": what can be known without the device, with what helps. It asks AWS, so a press begins it. */
export function WouldConnect({ unitSerial }: { unitSerial: string }) {
  const t = useTranslations('would');
  const why = useAct('connections.why');
  const [answer, setAnswer] = useState<Answer>();
  const ask = async () => {
    const found = await why.run({ unitSerial });
    if (found) setAnswer(found);
  };
  return (
    <section className="card stack tight">
      <h2>{t('title')}</h2>
      <p className="hint">{t('explain')}</p>
      <Button busy={why.busy} onClick={() => void ask()}>
        {t(answer ? 'again' : 'ask')}
      </Button>
      <ErrorNotice error={why.error} />
      {answer && (
        <div className="stack tight" aria-live="polite">
          <p>
            <strong>{t(`verdict.${answer.would}`)}</strong>{' '}
            <span className="hint">{t('to', { client: answer.clientId, target: answer.target ?? t('noTarget') })}</span>
          </p>
          <ul className="call-phases">
            {answer.checks.map((each) => (
              <Line key={each.check} {...each} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Line({ check, state, detail }: Answer['checks'][number]) {
  const t = useTranslations('would');
  const Mark = marks[state];
  return (
    <li className={`call-phase would ${state === 'wrong' ? 'failed' : state === 'ok' ? '' : 'notReached'}`}>
      <Mark aria-hidden="true" />
      <span className="call-phase-name">{t(`check.${check}`)}</span>
      <span className="call-phase-end">
        {t(`state.${state}`)}
        {state !== 'ok' && <> · {t(`remedy.${check}`)}</>} <span className="hint">{detail}</span>
      </span>
    </li>
  );
}

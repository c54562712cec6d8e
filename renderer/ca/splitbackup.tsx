import { Split as SplitIcon } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';
import { accessOfDraft, noAccess } from './accessdraft.ts';
import { AccessFields } from './accessfields.tsx';
import { HandOutShare } from './handoutshare.tsx';
import { Prove } from './provebackup.tsx';
import { SubPage } from './subpage.tsx';
import { useTwoPersons } from './twopersons.tsx';

type Props = { ca: CaView; alone: boolean; onProved: () => void; onOffline: () => void };
type Stage = { at: 'plan' } | { at: 'hand'; shares: string[]; index: number } | { at: 'prove' };

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/**
 * Makes a plan, hands out the shares one by one, and asks for enough of them back. The shares exist on this page only.
 */
export function SplitBackup({ ca, alone, onProved, onOffline }: Props) {
  const t = useTranslations('ca.split');
  const [count, setCount] = useState(5);
  const [threshold, setThreshold] = useState(3);
  const [stage, setStage] = useState<Stage>({ at: 'plan' });
  const plan = { name: ca.commonName, count, threshold };
  return (
    <SubPage title={t('title', { name: ca.commonName })} hint={t('hint')}>
      {stage.at === 'plan' && (
        <Plan
          ca={ca}
          alone={alone}
          count={count}
          threshold={threshold}
          onCount={(next) => {
            setCount(next);
            setThreshold(Math.min(threshold, next));
          }}
          onThreshold={setThreshold}
          onShares={(shares) => setStage({ at: 'hand', shares, index: 0 })}
        />
      )}
      {stage.at === 'hand' && (
        <HandOutShare
          key={stage.index}
          plan={plan}
          number={stage.index + 1}
          share={stage.shares[stage.index] ?? ''}
          onNext={() =>
            setStage(stage.index + 1 < stage.shares.length ? { ...stage, index: stage.index + 1 } : { at: 'prove' })
          }
        />
      )}
      {stage.at === 'prove' && (
        <>
          <p className="lead">{t('prove', plan)}</p>
          <Prove ca={ca} first="shares" onProved={onProved} onOffline={onOffline} />
        </>
      )}
    </SubPage>
  );
}

type PlanProps = {
  ca: CaView;
  alone: boolean;
  count: number;
  threshold: number;
  onCount: (count: number) => void;
  onThreshold: (threshold: number) => void;
  onShares: (shares: string[]) => void;
};

function Plan({ ca, alone, count, threshold, onCount, onThreshold, onShares }: PlanProps) {
  const t = useTranslations('ca.split');
  const agree = useTwoPersons(alone);
  const form = useForm('ca.splitKey', {
    first: { access: noAccess('secret') },
    params: ({ access }) => ({
      issuerId: ca.issuerId,
      access: accessOfDraft(access, ca.custody),
      shares: count,
      threshold,
      ...agree.given,
    }),
    onDone: ({ shares }) => onShares(shares),
    onRefused: agree.clear,
  });
  const options = (numbers: number[]) => numbers.map((number) => ({ value: String(number), label: String(number) }));
  return (
    <form className="stack narrow" {...form.form}>
      <div className="fields three">
        <SelectField
          label={t('count')}
          value={String(count)}
          options={options(from(2, 16))}
          onPick={(picked) => onCount(Number(picked))}
        />
        <SelectField
          label={t('threshold')}
          value={String(threshold)}
          options={options(from(2, count))}
          onPick={(picked) => onThreshold(Number(picked))}
        />
      </div>
      <p>{t('meaning', { count, threshold, spare: count - threshold })}</p>
      <AccessFields ca={ca} kinds={['secret']} draft={form.values.access} onDraft={(access) => form.set({ access })} />
      {agree.fields}
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="primary" size="bench" icon={SplitIcon} {...form.button}>
          {t('go')}
        </Button>
      </div>
    </form>
  );
}

import { Save, Undo2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import type { ScanRules } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { patternOf, type RuleDraft, ruleDraftOf, ruleOf } from './ruledraft.ts';
import { examples, PatternFields, UnitRuleFields } from './rulefields.tsx';
import { SerialScanners } from './serialscanners.tsx';
import { TryLabel } from './trylabel.tsx';

type Drafts = Record<keyof ScanRules, RuleDraft>;

const draftsOf = ({ badge, order, unit }: ScanRules): Drafts => ({
  badge: ruleDraftOf(badge),
  order: ruleDraftOf(order),
  unit: ruleDraftOf(unit),
});

function rulesOf({ badge, order, unit }: Drafts): ScanRules | undefined {
  const rules = { badge: patternOf(badge), order: patternOf(order), unit: ruleOf(unit) };
  if (rules.badge === undefined || rules.order === undefined || rules.unit === undefined) return undefined;
  return { badge: rules.badge, order: rules.order, unit: rules.unit };
}

/** How the station tells badges, orders and units apart, and its scanners on serial ports. */
export function LabelsPage({ status }: { status: StationStatus }) {
  return (
    <div className="stack">
      <Rules saved={status.scan} />
      <SerialScanners status={status} />
    </div>
  );
}

function Rules({ saved }: { saved: ScanRules }) {
  const t = useTranslations('labels');
  const station = useTranslations('station');
  const [drafts, setDrafts] = useState(() => draftsOf(saved));
  const [done, setDone] = useState(false);
  const { run, busy, error, clear } = useAct('station.configure');
  const rules = rulesOf(drafts);
  const changed = JSON.stringify(rules) !== JSON.stringify(saved);
  const set = (name: keyof Drafts) => (draft: RuleDraft) => {
    setDrafts((before) => ({ ...before, [name]: draft }));
    setDone(false);
    clear();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (rules && (await run({ scan: rules }))) setDone(true);
  };
  return (
    <>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p className="hint">{t('intro')}</p>
        <fieldset className="card stack">
          <legend className="label">{t('unit')}</legend>
          <UnitRuleFields draft={drafts.unit} onDraft={set('unit')} />
        </fieldset>
        <fieldset className="card stack">
          <legend className="label">{t('badge')}</legend>
          <PatternFields
            draft={drafts.badge}
            onDraft={set('badge')}
            hint={t('badgeHint', { example: examples.badge })}
          />
        </fieldset>
        <fieldset className="card stack">
          <legend className="label">{t('order')}</legend>
          <PatternFields
            draft={drafts.order}
            onDraft={set('order')}
            hint={t('orderHint', { example: examples.order })}
          />
        </fieldset>
        <ErrorNotice error={error} />
        <div className="row">
          <Button kind="primary" icon={Save} submit busy={busy} disabled={!rules || !changed}>
            {t('save')}
          </Button>
          {changed && (
            <Button icon={Undo2} onClick={() => setDrafts(draftsOf(saved))}>
              {t('undo')}
            </Button>
          )}
          <span role="status">{done && !changed ? station('saved') : ''}</span>
        </div>
      </form>
      <TryLabel rules={rules} />
    </>
  );
}

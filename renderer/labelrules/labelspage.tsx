import { Save, Undo2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import type { ScanRules } from '../../app/contract/model.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useForm } from '../controls/useform.ts';
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

/** An incomplete rule is undefined. */
const rulesOf = ({ badge, order, unit }: Drafts) => ({
  badge: patternOf(badge),
  order: patternOf(order),
  unit: ruleOf(unit),
});

/** The rules that tell badges, orders and units apart, and the scanners on serial ports. */
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
  const form = useForm('station.configure', {
    first: draftsOf(saved),
    keeps: true,
    params: (drafts) => ({ scan: rulesOf(drafts) }),
    // The schema has defaults for rules that are left out.
    also: (drafts) => {
      const { badge, order, unit } = rulesOf(drafts);
      return { badge: badge === undefined, order: order === undefined, unit: unit === undefined };
    },
  });
  const { values: drafts, changed, done } = form;
  const set = (name: keyof Drafts) => (draft: RuleDraft) => {
    form.set({ [name]: draft });
    form.clear();
  };
  return (
    <>
      <form className="stack" {...form.form}>
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
        <ErrorNotice error={form.error} />
        <div className="row">
          <Button kind="primary" icon={Save} {...form.button} disabled={!form.fits || !changed}>
            {t('save')}
          </Button>
          {changed && (
            <Button icon={Undo2} onClick={() => form.set(draftsOf(saved))}>
              {t('undo')}
            </Button>
          )}
          <span role="status">{done && !changed ? station('saved') : ''}</span>
        </div>
      </form>
      <TryLabel rules={form.fits ? (rulesOf(drafts) as ScanRules) : undefined} />
    </>
  );
}

import { Check, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PracticeSnapshot } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Modal } from '../controls/modal.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { TextArea } from '../controls/textarea.tsx';

/** Whether the practice AWS holds to AWS's rates, or denies anything. */
export const strict = ({ rates, policies }: PracticeSnapshot): boolean =>
  rates || policies.user !== null || policies.role !== null;

/** The rates and the permissions of the practice AWS, so that too many calls and missing rights can be tried. */
export function PracticeRules({ practice, onClose }: { practice: PracticeSnapshot; onClose: () => void }) {
  const t = useTranslations('practice.rules');
  const { run, error } = useAct('practice.rates');
  return (
    <Modal open onClose={onClose} title={t('title')} size="large">
      <div className="stack">
        <SelectField
          label={t('rates')}
          value={practice.rates ? 'on' : 'off'}
          options={(['off', 'on'] as const).map((value) => ({ value, label: t(`rate.${value}`) }))}
          onPick={(choice) => void run({ on: choice === 'on' })}
        />
        <ErrorNotice error={error} />
        <Permissions who="user" policy={practice.policies.user} />
        <Permissions who="role" policy={practice.policies.role} />
      </div>
    </Modal>
  );
}

function Permissions({ who, policy }: { who: 'user' | 'role'; policy: string | null }) {
  const t = useTranslations('practice.rules');
  const { run, busy, error, clear } = useAct('practice.permit');
  const [text, setText] = useState(policy ?? '');
  const give = (next: string | null) => void run({ who, policy: next });
  const unchanged = text.trim() === (policy ?? '');
  return (
    <section className="stack tight">
      <TextArea
        label={t(`who.${who}`)}
        hint={policy === null ? t('everything') : t('inForce')}
        rows={6}
        maxLength={20_480}
        value={text}
        onValue={(next) => {
          clear();
          setText(next);
        }}
      />
      <ErrorNotice error={error} />
      <div className="row end">
        {policy !== null && (
          <Button
            size="bench"
            icon={Undo2}
            busy={busy}
            aria-label={t('allowOf', { who: t(`who.${who}`) })}
            onClick={() => {
              setText('');
              give(null);
            }}
          >
            {t('allow')}
          </Button>
        )}
        <Button
          kind="primary"
          size="bench"
          icon={Check}
          busy={busy}
          disabled={unchanged || text.trim() === ''}
          aria-label={t('giveOf', { who: t(`who.${who}`) })}
          onClick={() => give(text.trim())}
        >
          {t('give')}
        </Button>
      </div>
    </section>
  );
}

import { FileDown, FlaskConical, Pencil, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CloudTarget } from '../../app/contract/index.ts';
import { type RegistrationWay, registrationWay } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { Pill } from '../controls/pill.tsx';
import { saveFile } from '../controls/savefile.ts';
import { SelectField } from '../controls/selectfield.tsx';
import { TargetForm } from './targetform.tsx';
import { TestResult } from './testresult.tsx';

/** One target: its values, the test, and the acts on it. */
export function TargetCard({ target, first, given }: { target: CloudTarget; first: boolean; given: boolean }) {
  const t = useTranslations('targets');
  const [open, setOpen] = useState<'form' | 'forgetting' | undefined>();
  const [tested, setTested] = useState<Awaited<ReturnType<typeof test.run>>>();
  const [way, setWay] = useState<RegistrationWay>('bulk');
  const test = useAct('targets.test');
  const setUp = useAct('targets.setUp');
  const prefer = useAct('targets.prefer');
  const remove = useAct('targets.remove');
  const { name } = target;
  /** The first press was refused with what it means, so that the second one says that it may be so. */
  const ofCrl = remove.error?.code === 'cloud.crlTarget';
  if (open === 'form') return <TargetForm target={target} onDone={() => setOpen(undefined)} />;
  return (
    <section className="stack" aria-label={name}>
      <h3>
        {name} {first && <Pill tone="act">{t('default')}</Pill>}
      </h3>
      {given && <p className="hint">{t('given')}</p>}
      <NamedValues
        facts={[
          [t('region'), target.region],
          [t('accountId'), target.accountId ?? '–'],
          [t('bucket'), target.bucket],
          [t('role'), target.roleArn],
          [t('policies'), target.policyNames.join(', ') || '–'],
          [t('template'), target.template ?? t('ownTemplate')],
          [t('profile'), target.profile ?? t('chain')],
          ...(target.endpointUrl === undefined ? [] : [[t('endpoint'), target.endpointUrl] as const]),
        ]}
      />
      <div className="narrow">
        <SelectField
          label={t('way')}
          value={way}
          onPick={(next) => {
            setWay(next);
            // What was said is about the other way.
            setTested(undefined);
          }}
          options={registrationWay.options.map((value) => ({ value, label: t(`ways.${value}`) }))}
        />
      </div>
      <div className="row">
        <Button
          icon={FlaskConical}
          busy={test.busy}
          onClick={async () => setTested(await test.run({ name, ways: [way] }))}
        >
          {t('test')}
        </Button>
        <Button
          icon={FileDown}
          busy={setUp.busy}
          onClick={async () => {
            const made = await setUp.run({ name, ways: [way] });
            if (made) await saveFile({ what: 'text', name: `birthmark-${name}.json`, content: made.cloudFormation });
          }}
        >
          {t('cloudFormation')}
        </Button>
        {!given && (
          <>
            <Button icon={Pencil} onClick={() => setOpen('form')}>
              {t('change')}
            </Button>
            {!first && (
              <Button icon={Star} busy={prefer.busy} onClick={() => void prefer.run({ name })}>
                {t('prefer')}
              </Button>
            )}
            <Button kind="danger" icon={Trash2} onClick={() => setOpen('forgetting')}>
              {t('forget')}
            </Button>
          </>
        )}
      </div>
      <ErrorNotice error={test.error ?? setUp.error ?? prefer.error} />
      {tested && <TestResult tested={tested} />}
      <Confirm
        open={open === 'forgetting'}
        title={t('forgetTitle', { name })}
        meaning={t('forgetMeaning')}
        act={t(ofCrl ? 'forgetCrl' : 'forget')}
        busy={remove.busy}
        onCancel={() => setOpen(undefined)}
        onConfirm={() => void remove.run({ name, leaveCrl: ofCrl })}
      >
        <ErrorNotice error={remove.error} />
      </Confirm>
    </section>
  );
}

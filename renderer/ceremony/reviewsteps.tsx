import { Factory } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useTwoPersons } from '../ca/twopersons.tsx';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { CaPreviewCard } from './capreview.tsx';
import type { CaDraft, CustodyDraft } from './ceremonydraft.ts';
import type { CeremonyStepProps, MadeCa } from './ceremonystepprops.ts';
import { type CeremonyStep, custodyOf, isComplete, parentOf, yearsOf } from './ceremonysteps.ts';
import { useMakeCa } from './makeca.ts';

type Review = CeremonyStepProps & { missing: readonly CeremonyStep[]; onStep: (step: CeremonyStep) => void };

/** Shows the root before it is made. It must exist before it can sign anything. */
export function RootReviewStep({ onRoot, ...props }: Review & { onRoot: (issuerId: string) => void }) {
  const t = useTranslations('ceremony.review');
  const { draft, secrets, missing } = props;
  const { run, busy, error } = useAct('ca.makeRoot');
  const agree = useTwoPersons(props.hierarchy.alone);
  const custody = custodyOf(draft.root, secrets.root);
  const named = isComplete('root', draft, secrets, props.hierarchy);
  const keyWords = useKeyWords();
  if (draft.rootId !== null) return <p className="lead">{t('rootMade')}</p>;
  return (
    <div className="stack">
      <h3>{t('leadRoot')}</h3>
      {named && <CaPreviewCard ca={draft.root} parentId={null} />}
      <NamedValues facts={[[t('key'), keyWords(draft.root.custody)]]} />
      <Missing {...props} missing={missing.filter((step) => step === 'root' || step === 'rootKey')} />
      {agree.fields}
      <ErrorNotice error={error} />
      <div className="row">
        <Button
          size="bench"
          kind="primary"
          icon={Factory}
          busy={busy}
          disabled={!custody || !named || !agree.ready}
          onClick={async () => {
            if (!custody) return;
            const { commonName, keyType } = draft.root;
            const years = yearsOf(draft.root);
            const made = await run({ commonName: commonName.trim(), keyType, years, custody, ...agree.given });
            if (made) return onRoot(made.issuerId);
            agree.clear();
          }}
        >
          {busy ? t('running') : t('makeRoot')}
        </Button>
      </div>
    </div>
  );
}

/** Shows all answers as the certificate or request that they make, and then makes it. */
export function CaReviewStep({ onMade, ...props }: Review & { onMade: (made: MadeCa) => void }) {
  const t = useTranslations('ceremony.review');
  const { draft, change, secrets, hierarchy, missing } = props;
  const agree = useTwoPersons(hierarchy.alone);
  const { make, busy, error } = useMakeCa(props, agree);
  const keyWords = useKeyWords();
  const parent = parentOf(draft, hierarchy);
  const path = draft.path ?? 'issuing';
  const parentId = path === 'both' ? draft.rootId : draft.parentId;
  const shown = (path === 'issuing' || path === 'both') && isComplete('issuing', draft, secrets, hierarchy);
  const key: CaDraft = draft.issuing;
  return (
    <div className="stack">
      <h3>{t(`lead.${path}`)}</h3>
      {shown && parentId !== null && <CaPreviewCard ca={draft.issuing} parentId={parentId} />}
      {path === 'import' ? (
        <NamedValues facts={[[t('file'), secrets.file.name === '' ? '–' : secrets.file.name]]} />
      ) : (
        <NamedValues
          facts={[
            ...(path === 'request'
              ? ([
                  [t('name'), key.commonName],
                  [t('keyType'), key.keyType],
                ] as const)
              : []),
            [t('key'), keyWords(key.custody)],
            ...(parent ? ([[t('signedBy'), parent.commonName]] as const) : []),
          ]}
        />
      )}
      {path !== 'request' && (
        <label className="check">
          <input
            type="checkbox"
            checked={draft.activate}
            onChange={(event) => change({ activate: event.target.checked })}
          />
          <span>
            {t('activate')}
            <span className="hint block">{t('activateHint')}</span>
          </span>
        </label>
      )}
      <Missing {...props} />
      {path !== 'request' && agree.fields}
      <ErrorNotice error={error} />
      <div className="row">
        <Button
          size="bench"
          kind="primary"
          icon={Factory}
          busy={busy}
          disabled={missing.length > 0 || (path !== 'request' && !agree.ready)}
          onClick={async () => {
            const made = await make();
            if (made) return onMade(made);
            agree.clear();
          }}
        >
          {busy ? t('running') : t(`make.${path}`)}
        </Button>
      </div>
    </div>
  );
}

function Missing({ missing, onStep }: Pick<Review, 'missing' | 'onStep'>) {
  const t = useTranslations('ceremony');
  if (missing.length === 0) return null;
  return (
    <div className="notice">
      {t('review.missing')}
      {missing.map((step) => (
        <Button key={step} onClick={() => onStep(step)}>
          {t(`step.${step}`)}
        </Button>
      ))}
    </div>
  );
}

/** The home of a new key, in a sentence. */
function useKeyWords(): (custody: CustodyDraft) => string {
  const t = useTranslations('ceremony.review.where');
  return ({ kind, tokenLabel, tokenSerial, region, keyArn }) => {
    if (kind === 'file') return t('file');
    if (kind === 'token') return t('token', { token: tokenLabel === '' ? tokenSerial : tokenLabel });
    return keyArn.trim() === '' ? t('kms', { region }) : t('kmsKey', { arn: keyArn.trim() });
  };
}

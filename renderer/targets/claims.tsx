import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ClaimView } from '../../app/contract/model.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { useEvent } from '../stationclient.ts';
import { ClaimForm } from './claimform.tsx';

/** Claims that the devices of an order share: a new one, those there are, and their ends. */
export function Claims({ targets }: { targets: readonly string[] }) {
  const t = useTranslations('targets.claims');
  const { data, error, reload } = useRead('claims.list', {}, useEvent('cloud.changed')?.seq);
  const hooks = new Map(data?.flatMap(({ target, hookError }) => (hookError ? [[target, hookError] as const] : [])));
  const [ending, setEnding] = useState<{ claim: ClaimView; act: Act }>();
  const [opening, setOpening] = useState(false);
  return (
    <section className="stack" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('meaning')}</p>
      <ClaimForm targets={targets} onDone={reload} />
      <ErrorNotice error={error} />
      {[...hooks].map(([target, hookError]) => (
        <ErrorNotice key={target} error={hookError}>
          <p>{t('hookRests', { target })}</p>
        </ErrorNotice>
      ))}
      {!data && !error && <p className="hint">{t('reading')}</p>}
      {data?.length === 0 && <EmptyState icon={KeyRound} title={t('empty')} hint={t('emptyHint')} />}
      {data && data.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              {(['number', 'order', 'forTemplate', 'state', 'counts'] as const).map((column) => (
                <th key={column}>{t(column)}</th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {data.map((claim) => (
              <Row
                key={claim.claimId}
                claim={claim}
                onEnd={(act) => setEnding({ claim, act })}
                onOpen={() => setOpening(true)}
              />
            ))}
          </tbody>
        </table>
      )}
      {opening && (
        <OpenClaims
          onClose={(done) => {
            setOpening(false);
            if (done) reload();
          }}
        />
      )}
      {ending && (
        <EndClaim
          {...ending}
          onClose={(done) => {
            setEnding(undefined);
            if (done) reload();
          }}
        />
      )}
    </section>
  );
}

type Act = 'retire' | 'revoke';

function Row({ claim, onEnd, onOpen }: { claim: ClaimView; onEnd: (act: Act) => void; onOpen: () => void }) {
  const t = useTranslations('targets.claims');
  const { claimId, orderId, template, target, state, units, registered, revokeAsked, open } = claim;
  const isRevoking = revokeAsked && state !== 'revoked';
  const words = isRevoking ? t('toBeRevoked') : state === 'active' && !open ? t('locked') : t(`states.${state}`);
  const name = `${t('number')} ${claimId}`;
  return (
    <tr>
      <td>{claimId}</td>
      <td>{orderId}</td>
      <td>
        {template} <span className="hint">{target}</span>
      </td>
      <td>{words}</td>
      <td>{t('count', { units, registered })}</td>
      <td>
        <div className="row">
          {state === 'active' && !open && (
            <Button aria-label={`${t('open')}: ${name}`} onClick={onOpen}>
              {t('open')}
            </Button>
          )}
          {state !== 'retired' && state !== 'revoked' && (
            <Button aria-label={`${t('retire')}: ${name}`} onClick={() => onEnd('retire')}>
              {t('retire')}
            </Button>
          )}
          {state !== 'revoked' && !isRevoking && (
            <Button aria-label={`${t('revoke')}: ${name}`} onClick={() => onEnd('revoke')}>
              {t('revoke')}
            </Button>
          )}
        </div>
      </td>
    </tr>
  );
}

/** One passphrase opens all claims that it protects. */
function OpenClaims({ onClose }: { onClose: (done: boolean) => void }) {
  const t = useTranslations('targets.claims');
  const [passphrase, setPassphrase] = useState('');
  const opening = useAct('claims.open');
  return (
    <Confirm
      open
      title={t('openTitle')}
      meaning={t('openMeaning')}
      act={t('open')}
      busy={opening.busy}
      disabled={passphrase === ''}
      onCancel={() => onClose(false)}
      onConfirm={async () => {
        if (await opening.run({ passphrase })) onClose(true);
        else setPassphrase('');
      }}
    >
      <Field label={t('passphrase')} type="password" value={passphrase} onValue={setPassphrase} />
      <ErrorNotice error={opening.error} />
    </Confirm>
  );
}

/** Revoking strands the devices that have not used it, so the order is typed. */
function EndClaim({ claim, act, onClose }: { claim: ClaimView; act: Act; onClose: (done: boolean) => void }) {
  const t = useTranslations('targets.claims');
  const [typed, setTyped] = useState('');
  const retire = useAct('claims.retire');
  const revoke = useAct('claims.revoke');
  const doing = act === 'retire' ? retire : revoke;
  const { claimId, orderId, units, registered } = claim;
  const waiting = units - registered;
  return (
    <Confirm
      open
      title={t(`${act}Title`, { claimId: String(claimId) })}
      meaning={act === 'retire' ? t('retireMeaning', { units }) : t('revokeMeaning', { waiting })}
      act={t(act)}
      busy={doing.busy}
      disabled={act === 'revoke' && typed.trim() !== orderId}
      onCancel={() => onClose(false)}
      onConfirm={async () => {
        if (await doing.run({ claimId })) onClose(true);
      }}
    >
      {act === 'revoke' && <Field label={t('revokeTyped', { orderId })} value={typed} onValue={setTyped} />}
      <ErrorNotice error={doing.error} />
    </Confirm>
  );
}

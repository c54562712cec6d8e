import { Ban, CircleCheck, LockOpen, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CaRevocation, CaView } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { Menu } from '../controls/menu.tsx';
import { Pill } from '../controls/pill.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { actIcon } from './acticons.ts';
import { type CaAct, type CaViewer, caActsOf, isOurs } from './caacts.ts';
import { custodyIcon, keyAppearance, roleIcon } from './caappearance.ts';
import { lifeSpent } from './cabranches.ts';

type Props = { ca: CaView; viewer: CaViewer; onAct: (act: CaAct) => void };

/** One CA: its facts, its key, its life, and the acts on it. */
export function CaCard({ ca, viewer, onAct }: Props) {
  const t = useTranslations('ca');
  const Role = roleIcon[ca.role];
  const { icon: KeyIcon, tone } = keyAppearance(ca);
  const acts = caActsOf(ca, viewer);
  const title = `ca-${ca.issuerId.slice(0, 16)}`;
  return (
    <article className={`ca-card ${ca.active ? 'active' : ''} ${ca.expiry}`} aria-labelledby={title}>
      <header>
        <Role className="ca-role" aria-hidden="true" />
        <div className="ca-name">
          <h3 id={title}>{ca.commonName}</h3>
          <p className="hint">
            {t(`role.${ca.role}`)} · {ca.keyType}
          </p>
        </div>
        {ca.revocation && (
          <Pill tone="bad" icon={Ban}>
            {t('revoked.pill')}
          </Pill>
        )}
        {ca.active && (
          <Pill tone="act" icon={CircleCheck}>
            {t('active')}
          </Pill>
        )}
        <Pill tone={tone} icon={KeyIcon}>
          {t(`keyState.${ca.keyState}`)}
        </Pill>
        <div className="ca-acts">
          {acts.includes('unlock') && (
            <Button
              kind={ca.active && ca.revocation === null ? 'primary' : 'plain'}
              icon={LockOpen}
              aria-label={t('actOn', { act: t('act.unlock'), name: ca.commonName })}
              onClick={() => onAct('unlock')}
            >
              {t('act.unlock')}
            </Button>
          )}
          <Menu
            label={t('menu', { name: ca.commonName })}
            items={acts
              .filter((act) => act !== 'unlock')
              .map((act) => ({
                key: act,
                label: t(`act.${act}`),
                icon: actIcon[act],
                danger: act === 'offline' || act === 'revoke',
                onPick: () => onAct(act),
              }))}
          />
        </div>
      </header>
      <CaFacts ca={ca} />
      <CaNotes ca={ca} />
    </article>
  );
}

function CaFacts({ ca }: { ca: CaView }) {
  const t = useTranslations('ca');
  const registered = useTranslations('station.ca.registrationState');
  const Custody = custodyIcon[ca.custody];
  const spent = Math.round(lifeSpent(ca) * 100);
  return (
    <dl className="ca-facts">
      <div className={`ca-life ${ca.expiry}`}>
        <dt>{t('validUntil')}</dt>
        <dd>
          <Timestamp at={ca.notAfterAt} shape="day" />
          <span className="ca-days">
            {ca.expiry === 'expired' ? t('daysAgo', { days: -ca.daysLeft }) : t('daysLeft', { days: ca.daysLeft })}
          </span>
          <span className="ca-bar" aria-hidden="true">
            <span style={{ width: `${spent}%` }} />
          </span>
        </dd>
      </div>
      <div>
        <dt>{t('key')}</dt>
        <dd>
          <span className="ca-custody">
            <Custody aria-hidden="true" />
            {t(`custody.${ca.custody}`)}
          </span>
          {ca.custodyText !== '' && (
            <span className="fine mono ca-where" title={ca.custodyText}>
              {ca.custodyText}
            </span>
          )}
          {ca.remembered && <span className="fine">{t('remembered')}</span>}
        </dd>
      </div>
      {ca.role === 'issuing' && (
        <div>
          <dt>{t('issued')}</dt>
          <dd className="number">
            {t('issuedToday', { count: ca.issuedToday })}
            <span className="fine">{t('issuedAll', { count: ca.issued })}</span>
            {ca.revocation && (
              <a className="fine" href={hrefTo.station(`certificates/ca/${ca.issuerId}`)}>
                {t('revoked.live', { count: ca.live })}
              </a>
            )}
          </dd>
        </div>
      )}
      {ca.role === 'issuing' && (
        <div>
          <dt>{t('aws')}</dt>
          <dd>{ca.revocation ? t(`revoked.cloud.${ca.revocation.cloud}`) : registered(ca.registration)}</dd>
        </div>
      )}
      {ca.rootCrl && isOurs(ca) && (
        <div>
          <dt>{t('rootCrl.fact')}</dt>
          <dd>
            {ca.rootCrl.last === null
              ? t('rootCrl.none')
              : t.rich('rootCrl.until', {
                  when: () => <Timestamp at={ca.rootCrl?.last?.nextUpdateAt ?? ''} shape="day" />,
                })}
            {ca.rootCrl.last && (
              <span className="fine">{t('rootCrl.entries', { count: ca.rootCrl.last.entries })}</span>
            )}
          </dd>
        </div>
      )}
      {ca.role === 'root' && (ca.custody === 'file' || ca.backupProvedAt !== null) && (
        <div>
          <dt>{t('backup')}</dt>
          <dd>
            {ca.backupProvedAt === null
              ? t('notProved')
              : t.rich('provedAt', { when: () => <Timestamp at={ca.backupProvedAt ?? ''} shape="day" /> })}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Notes that must not be overlooked. */
function CaNotes({ ca }: { ca: CaView }) {
  const t = useTranslations('ca');
  const notes = [
    ...(ca.rootCrl?.due ? [t(ca.rootCrl.due === 'revocation' ? 'rootCrl.due' : 'rootCrl.ends')] : []),
    ...(ca.expiry === 'expired' ? [t('note.expired')] : []),
    ...(ca.expiry === 'soon' ? [t(`note.soon.${ca.role}`)] : []),
    ...(ca.keyState === 'absent' ? [t('note.absent')] : []),
    ...(ca.keyState === 'missing' ? [t('note.missing')] : []),
    ...(ca.pin !== undefined && ca.pin !== 'ok' ? [t(`note.pin.${ca.pin}`)] : []),
    ...(ca.role === 'root' && ca.custody === 'file' ? [t('note.rootHere')] : []),
  ];
  if (notes.length === 0 && !ca.revocation) return null;
  return (
    <ul className="ca-notes">
      {ca.revocation && (
        <li>
          <Ban aria-hidden="true" />
          <RevokedNote revocation={ca.revocation} />
        </li>
      )}
      {notes.map((note) => (
        <li key={note}>
          <TriangleAlert aria-hidden="true" />
          {note}
        </li>
      ))}
    </ul>
  );
}

/** The reason of its revocation, and the people who revoked it. */
function RevokedNote({ revocation }: { revocation: CaRevocation }) {
  const t = useTranslations('ca');
  const { reason, note, actor, agreedBy, revokedAt } = revocation;
  return (
    <span>
      {t.rich('revoked.note', {
        when: () => <Timestamp at={revokedAt} />,
        reason: t(`revoke.reasons.${reason}`),
        note,
      })}{' '}
      {agreedBy === null ? t('revoked.alone', { actor }) : t('revoked.both', { actor, second: agreedBy })}
    </span>
  );
}

import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Result } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { CertificateStatePill } from '../units/statepills.tsx';
import { PutCertificateBack, RevokeCertificate } from './revokecertificate.tsx';

type Shown = Result<'certificates.show'>;

type Props = { serialHex: string; version: number; engineer: boolean };

/** One certificate: its contents, its files, and the button that revokes it. */
export function IssuedCertificateView({ serialHex, version, engineer }: Props) {
  const t = useTranslations('station.certificates');
  const units = useTranslations('units');
  const { data, error, reload } = useRead('certificates.show', { serialHex }, version);
  const revocable = engineer && data && ['issued', 'revocationQueued', 'superseded'].includes(data.state);
  return (
    <div className="stack">
      <BackLink href={hrefTo.station('certificates')}>{t('back')}</BackLink>
      <ErrorNotice error={error} />
      {!data && !error && <p className="loading">{units('rowLoading')}</p>}
      {data && <Said certificate={data} />}
      {data && <Files certificate={data} />}
      {data && revocable && <RevokeCertificate serialHex={serialHex} onDone={reload} />}
      {engineer && data?.state === 'revocationQueued' && <PutCertificateBack serialHex={serialHex} onDone={reload} />}
    </div>
  );
}

function Said({ certificate }: { certificate: Shown }) {
  const t = useTranslations('station.certificates');
  const story = useTranslations('story');
  const { revocation, unitSerial } = certificate;
  const owner = unitSerial === null ? t('station') : <a href={hrefTo.unit(unitSerial)}>{unitSerial}</a>;
  const facts: [string, ReactNode][] = [
    [t('unit'), owner],
    [story('subject'), certificate.subject],
    [story('certificateId'), <code key="i">{certificate.certificateId ?? '–'}</code>],
    [t('profile'), certificate.profile],
    [
      story('validity'),
      story.rich('fromTo', {
        from: () => <Timestamp at={certificate.notBeforeAt} shape="day" />,
        to: () => <Timestamp at={certificate.notAfterAt} shape="day" />,
      }),
    ],
    [story('reserved'), <Timestamp key="r" at={certificate.reservedAt} />],
  ];
  if (certificate.awsTarget !== null)
    facts.push([story('issuedBy'), story('issuedByAws', { target: certificate.awsTarget })]);
  if (certificate.reason !== null && !revocation) facts.push([t('why'), certificate.reason]);
  if (revocation) {
    const { reason, note, actor, revokedAt, cloud } = revocation;
    facts.push(
      [t('revokedAt'), t.rich('revokedBy', { actor, when: () => <Timestamp at={revokedAt} /> })],
      [t('reason'), t(`reasons.${reason}`)],
      [t('note'), note],
      [t('cloud'), t(`cloudState.${cloud}`)],
    );
  }
  return (
    <>
      <h3>{t('title', { serial: certificate.serialHex })}</h3>
      <p>
        <CertificateStatePill state={certificate.state} />
      </p>
      <NamedValues facts={facts} />
    </>
  );
}

/** The files of a certificate, to copy or save. */
function Files({ certificate: { pem, chainPem, serialHex, unitSerial } }: { certificate: Shown }) {
  const t = useTranslations('station.certificates');
  const story = useTranslations('story');
  if (pem === null || chainPem === null) return <p className="hint">{story('notSigned')}</p>;
  const name = `${unitSerial ?? 'station'}-${serialHex.slice(-6)}`;
  return (
    <div className="row">
      <CopyButton text={pem} label={story('copyPem')} />
      <CopyButton text={chainPem} label={t('copyChain')} />
      <SaveButton file={{ what: 'text', name: `${name}.pem`, content: pem }}>{t('savePem')}</SaveButton>
      <SaveButton file={{ what: 'der', name: `${name}.crt`, content: pem }}>{t('saveDer')}</SaveButton>
      <SaveButton file={{ what: 'text', name: `${name}-chain.pem`, content: chainPem }}>{t('saveChain')}</SaveButton>
    </div>
  );
}

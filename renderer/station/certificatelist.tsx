import { FileBadge } from 'lucide-react';
import { useDeferredValue } from 'react';
import { useTranslations } from 'use-intl';
import {
  type CertificateState,
  certificateOrder,
  type IssuedCertificate,
  type StationStatus,
} from '../../app/contract/index.ts';
import { certificateState } from '../../app/contract/model.ts';
import { useFilter } from '../address.ts';
import { useRead } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { SearchBox } from '../controls/searchbox.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { type DeskColumn, DeskTable } from '../desk/desktable.tsx';
import { Period } from '../desk/period.tsx';
import { useDeskList } from '../desk/usedesklist.ts';
import { hrefTo } from '../route.ts';
import { station } from '../stationclient.ts';
import { CertificateStatePill } from '../units/statepills.tsx';
import { CrlCard } from './crlcard.tsx';
import { IssuedCertificateView } from './issuedcertificateview.tsx';

type Props = { status: StationStatus; shown: string; engineer: boolean };

/** Every certificate for which this station reserved a serial, and the CRL. `shown` is the serial of the open one. */
export function CertificateList({ status, shown, engineer }: Props) {
  const [part, issuerId] = shown.split('/');
  if (part === 'ca' && issuerId) return <OfCa issuerId={issuerId} version={status.seq} />;
  if (shown !== '')
    return <IssuedCertificateView key={shown} serialHex={shown} version={status.seq} engineer={engineer} />;
  return (
    <div className="stack">
      <CrlCard status={status} engineer={engineer} />
      <List version={status.seq} />
    </div>
  );
}

/** The certificates of one CA. After its revocation these are the units that need another certificate. */
function OfCa({ issuerId, version }: { issuerId: string; version: number }) {
  const t = useTranslations('station.certificates');
  const hierarchy = useRead('ca.hierarchy', {}, version);
  const ca = hierarchy.data?.authorities.find((one) => one.issuerId === issuerId);
  return (
    <div className="stack">
      <BackLink href={hrefTo.station('certificates')}>{t('back')}</BackLink>
      <h3>{t('ofCa', { name: ca?.commonName ?? issuerId.slice(0, 16) })}</h3>
      <List version={version} issuerId={issuerId} first="issued" />
    </div>
  );
}

type ListProps = { version: number; issuerId?: string; first?: CertificateState };

type By = (typeof certificateOrder.options)[number];

const usual = {
  by: 'reservedAt',
  descending: true,
  columns: ['serialHex', 'state', 'unitSerial', 'reservedAt'],
} as const;

function List({ version, issuerId, first }: ListProps) {
  const t = useTranslations('station.certificates');
  const story = useTranslations('story');
  const common = useTranslations('common');
  const [query, setQuery] = useFilter<string>('q', '');
  const [state, setState] = useFilter<CertificateState | ''>('state', first ?? '', ['', ...certificateState.options]);
  const list = useDeskList<By>('certificates', certificateOrder.options, usual);
  const wanted = useDeferredValue(query.trim());
  const isUsual = list.by === usual.by && list.descending;
  const filter = {
    ...(wanted === '' ? {} : { query: wanted }),
    ...(state === '' ? {} : { state }),
    ...(issuerId === undefined ? {} : { issuerId }),
    ...list.period,
    ...(isUsual ? {} : { orderBy: list.by, descending: list.descending }),
  };
  return (
    <DeskTable
      label={t('list')}
      list={list}
      columns={useCertificateColumns()}
      asked={{ list: 'certificates', filter }}
      load={(part) => station.call('certificates.list', { ...filter, ...part })}
      version={version}
      href={(row) => hrefTo.station(`certificates/${row.serialHex}`)}
      desk
      count={(count) => t('count', { count })}
      tools={
        <>
          <SearchBox label={t('search')} hint={t('searchHint')} value={query} onValue={setQuery} />
          <SelectField
            label={t('filter')}
            value={state}
            onPick={setState}
            options={[
              { value: '', label: common('all') },
              ...certificateState.options.map((value) => ({ value, label: story(`certificateState.${value}`) })),
            ]}
          />
          <Period list={list} label={t('reserved')} />
        </>
      }
      empty={<EmptyState icon={FileBadge} title={t('empty')} hint={t('emptyHint')} />}
    />
  );
}

function useCertificateColumns(): readonly DeskColumn<IssuedCertificate, By>[] {
  const t = useTranslations('station.certificates');
  const story = useTranslations('story');
  return [
    {
      key: 'serialHex',
      head: story('serialHex'),
      width: 'minmax(12rem, 1.4fr)',
      orderBy: 'serialHex',
      cell: (row) => (
        <strong className="mono" title={row.serialHex}>
          {row.serialHex}
        </strong>
      ),
    },
    { key: 'state', head: t('filter'), width: '11rem', cell: (row) => <CertificateStatePill state={row.state} /> },
    { key: 'unitSerial', head: t('unit'), width: 'minmax(8rem, 1fr)', cell: (row) => row.unitSerial ?? t('station') },
    { key: 'subject', head: story('subject'), width: 'minmax(9rem, 1fr)', cell: (row) => row.subject },
    {
      key: 'certificateId',
      head: story('certificateId'),
      width: 'minmax(9rem, 1fr)',
      cell: (row) => row.certificateId && <span className="mono">{row.certificateId.slice(0, 16)}…</span>,
    },
    {
      key: 'notAfterAt',
      head: t('ends'),
      width: 'minmax(8rem, 0.6fr)',
      orderBy: 'notAfterAt',
      cell: (row) => <Timestamp at={row.notAfterAt} shape="day" />,
    },
    {
      key: 'reservedAt',
      head: t('reserved'),
      width: 'minmax(11rem, 0.8fr)',
      orderBy: 'reservedAt',
      cell: (row) => <Timestamp at={row.reservedAt} />,
    },
  ];
}

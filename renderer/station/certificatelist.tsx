import { FileBadge } from 'lucide-react';
import { useDeferredValue } from 'react';
import { useTranslations } from 'use-intl';
import type { CertificateState, IssuedCertificate, StationStatus } from '../../app/contract/index.ts';
import { certificateState } from '../../app/contract/model.ts';
import { useFilter } from '../address.ts';
import { useRead } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { type Column, PagedTable } from '../controls/pagedtable.tsx';
import { usePaging } from '../controls/paging.ts';
import { SearchBox } from '../controls/searchbox.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
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
  if (shown !== '') return <IssuedCertificateView serialHex={shown} version={status.seq} engineer={engineer} />;
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

function List({ version, issuerId, first }: ListProps) {
  const t = useTranslations('station.certificates');
  const story = useTranslations('story');
  const common = useTranslations('common');
  const [query, setQuery] = useFilter<string>('q', '');
  const [state, setState] = useFilter<CertificateState | ''>('state', first ?? '', ['', ...certificateState.options]);
  const wanted = useDeferredValue(query.trim());
  const filter = {
    ...(wanted === '' ? {} : { query: wanted }),
    ...(state === '' ? {} : { state }),
    ...(issuerId === undefined ? {} : { issuerId }),
  };
  const pages = usePaging<IssuedCertificate>(JSON.stringify(filter), version, (offset, limit) =>
    station.call('certificates.list', { ...filter, offset, limit }),
  );
  const columns: readonly Column<IssuedCertificate>[] = [
    {
      key: 'serial',
      head: story('serialHex'),
      width: 'minmax(12rem, 1.4fr)',
      cell: (row) => (
        <strong className="mono" title={row.serialHex}>
          {row.serialHex}
        </strong>
      ),
    },
    { key: 'state', head: t('filter'), width: '11rem', cell: (row) => <CertificateStatePill state={row.state} /> },
    { key: 'unit', head: t('unit'), width: 'minmax(8rem, 1fr)', cell: (row) => row.unitSerial ?? t('station') },
    {
      key: 'reserved',
      head: t('reserved'),
      width: 'minmax(11rem, 0.8fr)',
      cell: (row) => <Timestamp at={row.reservedAt} />,
    },
  ];
  return (
    <>
      <div className="page-tools">
        <SearchBox label={t('search')} hint={t('searchHint')} value={query} onValue={setQuery} />
        <SelectField
          bare
          label={t('filter')}
          value={state}
          onPick={setState}
          options={[
            { value: '', label: common('all') },
            ...certificateState.options.map((value) => ({ value, label: story(`certificateState.${value}`) })),
          ]}
        />
      </div>
      <p className="hint" role="status">
        {pages.total === undefined ? '' : t('count', { count: pages.total })}
      </p>
      <ErrorNotice error={pages.error} />
      {pages.total === 0 ? (
        <EmptyState icon={FileBadge} title={t('empty')} hint={t('emptyHint')} />
      ) : (
        <PagedTable
          label={t('list')}
          pages={pages}
          columns={columns}
          href={(row) => hrefTo.station(`certificates/${row.serialHex}`)}
        />
      )}
    </>
  );
}

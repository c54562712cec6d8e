import { Plus, ShieldPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type CaView, type HierarchyView, StationError, type StationStatus } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { CeremonyWizard } from '../ceremony/ceremonywizard.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { saveFile } from '../controls/savefile.ts';
import { goTo, hrefTo } from '../route.ts';
import { AutoLock } from './autolock.tsx';
import type { CaAct, CaViewer } from './caacts.ts';
import { caBranchesOf } from './cabranches.ts';
import { CaDialogs, type PendingCaAct } from './cadialogs.tsx';
import { CaState } from './castate.tsx';
import { CaTree } from './catree.tsx';
import { ExportKey } from './exportkey.tsx';
import { ProveBackup } from './provebackup.tsx';
import { RequestCard } from './requestcard.tsx';
import { SplitBackup } from './splitbackup.tsx';
import { TokenModules } from './tokenmodules.tsx';

type Props = { status: StationStatus; engineer: boolean; detail: string };

/** The CA part of the station: the hierarchy, or one of its pages. */
export function CaPage({ status, engineer, detail }: Props) {
  const app = useTranslations('app');
  const hierarchy = useRead('ca.hierarchy', {}, status.seq);
  const [pending, setPending] = useState<PendingCaAct>();
  if (!hierarchy.data) {
    return hierarchy.error ? <ErrorNotice error={hierarchy.error} /> : <p className="loading">{app('loading')}</p>;
  }
  const { data, reload } = hierarchy;
  const [page = '', issuerId = ''] = detail.split('/');
  const ca = data.authorities.find((one) => one.issuerId === issuerId);
  // No other address has a page of its own.
  const act = engineer && ca ? pages.find((one) => one === page) : undefined;
  const props = { ca, onProved: reload, onOffline: () => ca && setPending({ act: 'offline', ca }) };
  const done = () => {
    setPending(undefined);
    reload();
  };
  const ofPending = data.authorities.find((one) => one.issuerId === pending?.ca.issuerId);
  return (
    <>
      {page === 'new' && engineer && <CeremonyWizard status={status} hierarchy={data} onChanged={reload} />}
      {act === 'export' && ca && <ExportKey ca={ca} alone={data.alone} />}
      {act === 'split' && ca && <SplitBackup {...props} ca={ca} alone={data.alone} />}
      {act === 'prove' && ca && <ProveBackup {...props} ca={ca} />}
      {act === undefined && !(page === 'new' && engineer) && (
        <Overview status={status} engineer={engineer} hierarchy={data} onPending={setPending} onChanged={reload} />
      )}
      <CaDialogs
        pending={pending && { act: pending.act, ca: ofPending ?? pending.ca }}
        hierarchy={data}
        onClose={() => setPending(undefined)}
        onDone={() => {
          if (pending?.act === 'offline') goTo(hrefTo.station('ca'));
          done();
        }}
      />
    </>
  );
}

type OverviewProps = Omit<Props, 'detail'> & {
  hierarchy: HierarchyView;
  onPending: (pending: PendingCaAct) => void;
  onChanged: () => void;
};

const pages: readonly CaAct[] = ['export', 'split', 'prove'];

function Overview({ status, engineer, hierarchy, onPending, onChanged }: OverviewProps) {
  const t = useTranslations('ca');
  const lock = useAct('ca.lock');
  const keepWords = useTranslations('keep');
  const [said, setSaid] = useState('');
  const [refused, setRefused] = useState<StationError>();
  const viewer: CaViewer = { engineer, cloud: status.cloud !== undefined };
  const onAct = async (act: CaAct, ca: CaView) => {
    if (pages.includes(act)) return goTo(hrefTo.station(`ca/${act}/${ca.issuerId}`));
    if (act === 'lock') return void (await lock.run({ issuerId: ca.issuerId }).then(onChanged));
    if (act !== 'certificate') return onPending({ act, ca });
    setRefused(undefined);
    try {
      const name = `${ca.issuerId.slice(0, 12)}.crt.pem`;
      const kept = await saveFile({ what: 'text', name, content: ca.certificatePem });
      setSaid(kept === undefined ? keepWords('notSaved') : keepWords('saved', { name: kept }));
    } catch (cause) {
      setRefused(cause instanceof StationError ? cause : new StationError('internal', String(cause)));
    }
  };
  return (
    <div className="stack">
      <div className="page-head">
        <h2>{t('title')}</h2>
        <span className="grow" role="status">
          {said}
        </span>
        {engineer && (
          <a className="button" href={hrefTo.station('ca/new')}>
            <Plus aria-hidden="true" />
            {t('new')}
          </a>
        )}
      </div>
      <CaState state={status.ca.state} />
      <ErrorNotice error={lock.error ?? refused} />
      {hierarchy.authorities.length === 0 ? (
        <EmptyState icon={ShieldPlus} title={t('empty')} hint={engineer ? t('emptyHint') : t('emptyQa')} />
      ) : (
        <CaTree
          label={t('tree')}
          branches={caBranchesOf(hierarchy.authorities)}
          viewer={viewer}
          onAct={(act, ca) => void onAct(act, ca)}
        />
      )}
      {hierarchy.requests.length > 0 && (
        <section className="stack" aria-label={t('requests')}>
          <h3>{t('requests')}</h3>
          {hierarchy.requests.map((request) => (
            <RequestCard
              key={request.requestId}
              request={request}
              engineer={engineer}
              alone={hierarchy.alone}
              onDone={onChanged}
            />
          ))}
        </section>
      )}
      {engineer && <AutoLock minutes={hierarchy.autoLockMinutes} onSaved={onChanged} />}
      {engineer && <TokenModules onChanged={onChanged} />}
    </div>
  );
}

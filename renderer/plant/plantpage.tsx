import { LogOut, Send } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PlantStatus, StationStatus } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { PlantForm } from './plantform.tsx';
import { ReaderForm } from './readerform.tsx';

type Said = 'joined' | 'left' | 'reads' | 'readsNoMore';

/** The plant of this station: how it stands, how it is reached, the login of QA's desk, and the way out. */
export function PlantPage({ status }: { status: StationStatus }) {
  const t = useTranslations('plant.set');
  const [turn, setTurn] = useState(0);
  const [said, setSaid] = useState<Said>();
  const { data, error } = useRead('plant.status', {}, `${status.seq} ${turn}`);
  if (status.practice) return <p className="hint">{t('practice')}</p>;
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <p className="loading">{t('loading')}</p>;
  const changed = (next: Said | undefined) => {
    setSaid(next);
    setTurn((before) => before + 1);
  };
  return (
    <div className="stack">
      <p className="hint">{t('meaning')}</p>
      <span role="status">{said === undefined ? '' : t(said)}</span>
      {data.config !== null && <Standing now={data} onChanged={changed} />}
      {/* What was typed is that of the address before. */}
      <PlantForm key={JSON.stringify([data.address, data.config])} now={data} onJoined={() => changed('joined')} />
      {data.config !== null && <ReaderForm key={JSON.stringify(data.reader)} now={data} onChanged={changed} />}
    </div>
  );
}

type Standing = { now: PlantStatus; onChanged: (said: 'left' | undefined) => void };

function Standing({ now, onChanged }: Standing) {
  const t = useTranslations('plant.set');
  const ship = useAct('plant.ship');
  const leave = useAct('plant.leave');
  const [asks, setAsks] = useState(false);
  const { plantId, address, size, acknowledged, reachedAt, problem, refused } = now;
  return (
    <section className="card stack" aria-label={t('standing')}>
      <h3>{t('standing')}</h3>
      <NamedValues
        facts={[
          [t('plant'), <code key="plant">{plantId ?? '–'}</code>],
          ...(address
            ? [[t('server'), <code key="at">{`${address.host}:${address.port}/${address.database}`}</code>] as const]
            : []),
          ...(address ? [[t('user'), <code key="user">{address.user}</code>] as const] : []),
          [t('log'), t('shipped', { acknowledged, size })],
          [t('reached'), reachedAt === null ? '–' : <Timestamp key="reached" at={reachedAt} />],
          ...(refused > 0 ? [[t('refused'), t('refusedUnits', { count: refused })] as const] : []),
        ]}
      />
      <ErrorNotice error={ship.error ?? leave.error ?? problem} />
      <div className="row">
        <Button
          icon={Send}
          busy={ship.busy}
          onClick={async () => {
            await ship.run({});
            onChanged(undefined);
          }}
        >
          {t('ship')}
        </Button>
        <Button icon={LogOut} onClick={() => setAsks(true)}>
          {t('leave')}
        </Button>
      </div>
      <Confirm
        open={asks}
        title={t('leaveTitle')}
        meaning={t('leaveMeaning')}
        act={t('leave')}
        busy={leave.busy}
        onCancel={() => setAsks(false)}
        onConfirm={async () => {
          const done = await leave.run({});
          setAsks(false);
          if (done) onChanged('left');
        }}
      />
    </section>
  );
}

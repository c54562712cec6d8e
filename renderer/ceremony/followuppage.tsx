import { Check, Circle, PackageCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaRequestView, HierarchyView, StationStatus } from '../../app/contract/index.ts';
import { CaDialogs, type PendingCaAct } from '../ca/cadialogs.tsx';
import { SubPage } from '../ca/subpage.tsx';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { hrefTo } from '../route.ts';
import type { MadeCa } from './ceremonystepprops.ts';
import { type FollowUp, followUpsOf } from './followups.ts';

type Props = { made: MadeCa; status: StationStatus; hierarchy: HierarchyView; onChanged: () => void };

/** The CA is made. This page lists the acts that make it safe and useful. */
export function FollowUpPage({ made, ...props }: Props) {
  const t = useTranslations('ceremony.now');
  return (
    <SubPage title={'request' in made ? t('requestTitle') : t('title')}>
      {'request' in made ? <Requested request={made.request} /> : <Todos {...props} issuerId={made.issuerId} />}
      <div className="row">
        <a className="button bench" href={hrefTo.station('ca')}>
          {t('toTree')}
        </a>
      </div>
    </SubPage>
  );
}

function Requested({ request }: { request: CaRequestView }) {
  const t = useTranslations('ceremony.now');
  const { csrPem } = request;
  return (
    <div className="stack narrow">
      <p>{t('requestMeaning')}</p>
      <div className="row">
        <CopyButton text={csrPem} label={t('copyCsr')} />
        <SaveButton file={{ what: 'text', name: `${request.requestId.slice(0, 12)}.csr.pem`, content: csrPem }}>
          {t('saveCsr')}
        </SaveButton>
      </div>
      <h3>{t('askFor')}</h3>
      <ul className="plain-list">
        {(['ca', 'usage', 'chain', 'years'] as const).map((item) => (
          <li key={item}>{t(`ask.${item}`)}</li>
        ))}
      </ul>
      <p>{t('comeBack')}</p>
    </div>
  );
}

function Todos({ issuerId, status, hierarchy, onChanged }: Omit<Props, 'made'> & { issuerId: string }) {
  const t = useTranslations('ceremony.now');
  const [pending, setPending] = useState<PendingCaAct>();
  const todos = followUpsOf(hierarchy, issuerId, status.cloud !== undefined);
  const made = hierarchy.authorities.find((ca) => ca.issuerId === issuerId);
  return (
    <div className="stack">
      <div className="banner good">
        <PackageCheck aria-hidden="true" />
        <div>
          <p className="lead">
            <strong>{made?.commonName ?? t('made')}</strong>
          </p>
          <p>{made?.active ? t('madeActive') : t('madeIdle')}</p>
        </div>
      </div>
      <ol className="todos">
        {todos.map((todo) => (
          <TodoRow key={todo.kind} todo={todo} onAct={setPending} />
        ))}
      </ol>
      <CaDialogs
        pending={pending}
        hierarchy={hierarchy}
        onClose={() => setPending(undefined)}
        onDone={() => {
          setPending(undefined);
          onChanged();
        }}
      />
    </div>
  );
}

function TodoRow({ todo, onAct }: { todo: FollowUp; onAct: (pending: PendingCaAct) => void }) {
  const t = useTranslations('ceremony.now');
  const { kind, ca, done } = todo;
  const dialogs = { activate: 'activate', register: 'register', rootOffline: 'offline' } as const;
  const act = kind in dialogs ? dialogs[kind as keyof typeof dialogs] : undefined;
  const href = kind === 'cloud' ? hrefTo.station('cloud') : hrefTo.station(`ca/split/${ca.issuerId}`);
  return (
    <li className={done ? 'done' : ''}>
      {done ? <Check aria-hidden="true" /> : <Circle aria-hidden="true" />}
      <div className="grow">
        <strong>{t(`todo.${kind}.what`, { name: ca.commonName })}</strong>
        {done && <span className="unseen"> {t('done')}</span>}
        <p className="hint">{t(`todo.${kind}.why`)}</p>
      </div>
      {!done && act && <Button onClick={() => onAct({ act, ca })}>{t(`todo.${kind}.go`)}</Button>}
      {!done && !act && (
        <a className="button" href={href}>
          {t(`todo.${kind}.go`)}
        </a>
      )}
    </li>
  );
}

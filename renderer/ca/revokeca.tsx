import { Ban, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaRevocationReason, CaView, HierarchyView, Result } from '../../app/contract/index.ts';
import { caRevocationReason } from '../../app/contract/model.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';
import { goTo, hrefTo } from '../route.ts';
import { accessKinds, accessOfDraft, noAccess } from './accessdraft.ts';
import { AccessFields } from './accessfields.tsx';
import { isOurs } from './caacts.ts';
import { useTwoPersons } from './twopersons.tsx';

type Props = { ca: CaView; hierarchy: HierarchyView; onClose: () => void; onDone: () => void };

/** Revokes an issuing CA. It needs two people, the root's key for one signature, and the name of the CA, typed. */
export function RevokeCa({ ca, hierarchy, onClose, onDone }: Props) {
  const t = useTranslations('ca.revoke');
  const [done, setDone] = useState<Result<'ca.revoke'>>();
  const root = hierarchy.authorities.find(({ issuerId }) => issuerId === ca.parentId);
  return (
    <Modal open onClose={done ? onDone : onClose} title={t('title', { name: ca.commonName })} size="large">
      {done ? (
        <Revoked ca={ca} result={done} onDone={onDone} />
      ) : root && isOurs(root) ? (
        <Ask ca={ca} root={root} alone={hierarchy.alone} onRevoked={setDone} />
      ) : (
        <div className="stack">
          <p className="lead">{t('outside', { who: root?.commonName ?? '–' })}</p>
          <p>{t('outsideNext')}</p>
        </div>
      )}
    </Modal>
  );
}

type AskProps = { ca: CaView; root: CaView; alone: boolean; onRevoked: (result: Result<'ca.revoke'>) => void };

function Ask({ ca, root, alone, onRevoked }: AskProps) {
  const t = useTranslations('ca.revoke');
  const kinds = accessKinds(root);
  const agree = useTwoPersons(alone);
  const form = useForm('ca.revoke', {
    first: {
      reason: 'unspecified' as CaRevocationReason,
      note: '',
      access: noAccess(kinds[0] ?? 'secret'),
      typed: '',
    },
    params: ({ reason, note, access }) => ({
      issuerId: ca.issuerId,
      reason,
      note,
      access: accessOfDraft(access, root.custody),
      ...agree.given,
    }),
    also: ({ typed }) => ({ typed: typed !== ca.commonName && t('notTheName') }),
    onDone: onRevoked,
    onRefused: agree.clear,
  });
  return (
    <form className="stack" {...form.form}>
      <ul className="meaning">
        <li>{t('meaning.issues')}</li>
        <li>{t('meaning.live', { count: ca.live })}</li>
        <li>{t('meaning.aws')}</li>
        {ca.active && <li>{t('meaning.active')}</li>}
      </ul>
      <SelectField
        label={t('reason')}
        value={form.values.reason}
        onPick={(reason) => form.set({ reason })}
        options={caRevocationReason.options.map((value) => ({ value, label: t(`reasons.${value}`) }))}
      />
      <Field label={t('note')} hint={t('noteHint')} maxLength={500} {...form.field('note')} />
      <section className="stack" aria-label={t('rootKey', { name: root.commonName })}>
        <h3>{t('rootKey', { name: root.commonName })}</h3>
        <AccessFields ca={root} kinds={kinds} draft={form.values.access} onDraft={(access) => form.set({ access })} />
      </section>
      <Field label={t('type', { name: ca.commonName })} maxLength={64} {...form.field('typed')} />
      {agree.fields}
      <ErrorNotice error={form.error} />
      <div className="row end">
        <Button size="bench" kind="danger" icon={Ban} {...form.button}>
          {t('go')}
        </Button>
      </div>
    </form>
  );
}

function Revoked({ ca, result, onDone }: { ca: CaView; result: Result<'ca.revoke'>; onDone: () => void }) {
  const t = useTranslations('ca.revoke');
  const common = useTranslations('common');
  return (
    <div className="stack" role="status">
      <p className="lead">{t('done', { name: ca.commonName })}</p>
      <p>
        {result.rootCrl ? t('doneCrl', { number: result.rootCrl.number }) : t('noCrl', { code: result.trouble ?? '' })}
      </p>
      <p>{t('doneLive', { count: result.certificates })}</p>
      <div className="row end">
        {ca.active && (
          <Button
            size="bench"
            kind="primary"
            icon={Plus}
            onClick={() => {
              onDone();
              goTo(hrefTo.station('ca/new'));
            }}
          >
            {t('makeNext')}
          </Button>
        )}
        <Button size="bench" kind={ca.active ? 'plain' : 'primary'} onClick={onDone}>
          {common('close')}
        </Button>
      </div>
    </div>
  );
}

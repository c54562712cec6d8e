import { ClipboardCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Order } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Pill } from '../controls/pill.tsx';

/** An order whose counts are in doubt after a restore, and the act that ends the doubt. Nothing for any other order. */
export function ReconcileOrder({ order, onDone }: { order: Order; onDone: () => void }) {
  const t = useTranslations('backups');
  const { run, busy, error, clear } = useAct('orders.reconcile');
  const [counted, setCounted] = useState<string>();
  const { orderId, passed, restoredAt } = order;
  if (restoredAt === undefined) return null;
  return (
    <div className="row">
      <Pill tone="warn">{t('restored')}</Pill>
      <Button
        icon={ClipboardCheck}
        aria-label={t('reconcileOrder', { order: orderId })}
        onClick={() => {
          clear();
          setCounted('');
        }}
      >
        {t('reconcile')}
      </Button>
      <Confirm
        open={counted !== undefined}
        kind="primary"
        title={t('reconcileTitle', { order: orderId })}
        meaning={t('reconcileMeaning', { onRecord: passed })}
        act={t('reconcile')}
        busy={busy}
        disabled={!/^\d{1,6}$/.test(counted ?? '')}
        onCancel={() => setCounted(undefined)}
        onConfirm={async () => {
          if (!(await run({ orderId, counted: Number(counted) }))) return;
          setCounted(undefined);
          onDone();
        }}
      >
        <Field
          label={t('counted')}
          inputMode="numeric"
          maxLength={6}
          value={counted ?? ''}
          onValue={(value) => setCounted(value)}
        />
        <ErrorNotice error={error} />
      </Confirm>
    </div>
  );
}

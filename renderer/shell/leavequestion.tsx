import { useTranslations } from 'use-intl';
import { Confirm } from '../controls/confirm.tsx';
import { giveUpText, heldAct } from '../unsaved.ts';

/** Asks before an act by which unsaved text would be lost. */
export function LeaveQuestion() {
  const t = useTranslations('leave');
  const held = heldAct.use() !== undefined;
  return (
    <Confirm
      open={held}
      title={t('title')}
      meaning={t('meaning')}
      act={t('go')}
      onCancel={() => heldAct.set(undefined)}
      onConfirm={giveUpText}
    />
  );
}

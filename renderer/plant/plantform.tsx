import { useTranslations } from 'use-intl';
import type { PlantStatus } from '../../app/contract/index.ts';
import { Field } from '../controls/field.tsx';
import { SaveRow } from '../controls/saverow.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { TextArea } from '../controls/textarea.tsx';
import { useForm } from '../controls/useform.ts';
import {
  AddressFields,
  addressSecrets,
  addressTyped,
  isSameAddress,
  reachedBy,
  useAddressWords,
} from './addressfields.tsx';
import { TryConnection } from './tryconnection.tsx';

const typedOf = ({ address, config }: PlantStatus) => ({
  ...addressTyped(address),
  ...{ key: '', offline: config?.offline ?? 'goOn', askMs: String(config?.askMs ?? 1000), again: false },
});
type Typed = ReturnType<typeof typedOf>;

/** An address that stays is left out: the rules change while the plant is away, too. */
const paramsOf = (typed: Typed, now: PlantStatus) => {
  const { key, offline, askMs, again } = typed;
  const stays = now.config !== null && isSameAddress(typed, typedOf(now));
  const trust = key.trim() === '' ? {} : { key: key.trim() };
  return { ...(stays ? {} : reachedBy(typed)), ...trust, offline, askMs: Number(askMs), again };
};

/** How the plant is reached. The secret is never shown; an empty one stays as it is kept. */
export function PlantForm({ now, onJoined }: { now: PlantStatus; onJoined: () => void }) {
  const t = useTranslations('plant.set');
  const addressWords = useAddressWords();
  const form = useForm('plant.join', {
    first: typedOf(now),
    asks: true,
    hides: addressSecrets,
    params: (typed) => paramsOf(typed, now),
    words: addressWords,
    onDone: onJoined,
  });
  const { values, set } = form;
  const isJoined = now.config !== null;
  return (
    <form className="card stack" aria-label={t(isJoined ? 'change' : 'join')} {...form.form}>
      <h3>{t(isJoined ? 'change' : 'join')}</h3>
      <AddressFields form={form} isKept={isJoined} fileHint={t('fileHint')} />
      <TextArea
        label={t('key')}
        hint={t('keyHint')}
        rows={3}
        maxLength={1000}
        value={values.key}
        onValue={(key) => set({ key })}
      />
      <div className="row bottom">
        <SelectField
          label={t('offline')}
          value={values.offline}
          options={[
            { value: 'goOn', label: t('goOn') },
            { value: 'stop', label: t('stop') },
          ]}
          onPick={(offline) => set({ offline })}
        />
        <Field label={t('askMs')} inputMode="numeric" maxLength={5} {...form.field('askMs')} />
      </div>
      {now.problem?.code === 'plant.forked' && (
        <label className="check">
          <input type="checkbox" checked={values.again} onChange={(event) => set({ again: event.target.checked })} />
          {t('again')}
        </label>
      )}
      <TryConnection
        method="plant.try"
        form={form}
        said={({ plantId, keyId }) =>
          keyId === null ? t('answersBare', { plantId }) : t('answers', { plantId, keyId })
        }
      />
      <SaveRow form={form} save={t(isJoined ? 'save' : 'join')} saved="" />
    </form>
  );
}

import { useTranslations } from 'use-intl';
import { slotState } from '../../app/contract/model.ts';
import { stateAppearance } from '../bench/stateappearance.ts';
import { Modal } from '../controls/modal.tsx';

const keys = [
  ['help', '?'],
  ['bench', 'B'],
  ['units', 'U'],
  ['batches', 'L'],
  ['station', 'S'],
  ['move', 'Tab'],
  ['press', 'Enter'],
  ['escape', 'Esc'],
  ['zoom', 'Ctrl + − 0'],
] as const;

export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations();
  return (
    <Modal open={open} onClose={onClose} title={t('help.title')} size="large">
      <p className="lead">{t('help.intro')}</p>
      <div className="help">
        <section>
          <h3>{t('help.states')}</h3>
          <dl className="help-states">
            {slotState.options.map((state) => {
              const { icon: Icon, token } = stateAppearance[state];
              return (
                <div key={state}>
                  <dt className={`state-${token}`}>
                    <Icon aria-hidden="true" />
                    {t(`bench.state.${state}`)}
                  </dt>
                  <dd>{t(`help.state.${state}`)}</dd>
                </div>
              );
            })}
          </dl>
        </section>
        <section>
          <h3>{t('help.keys')}</h3>
          <dl className="help-keys">
            <div>
              <dt>
                <kbd>{t('help.scanKey')}</kbd>
              </dt>
              <dd>{t('help.key.scan')}</dd>
            </div>
            {keys.map(([name, key]) => (
              <div key={name}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{t(`help.key.${name}`)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Modal>
  );
}

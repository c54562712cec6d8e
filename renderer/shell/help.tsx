import { useTranslations } from 'use-intl';
import type { Person } from '../../app/contract/index.ts';
import { slotState } from '../../app/contract/model.ts';
import { stateAppearance } from '../bench/stateappearance.ts';
import { Modal } from '../controls/modal.tsx';
import { pagesFor } from '../nav.ts';

const otherKeys = [
  ['move', 'Tab'],
  ['press', 'Enter'],
  ['escape', 'Esc'],
  ['zoom', 'Ctrl + − 0'],
] as const;

/** What the tiles mean, and the keys of this person: a page that the role may not visit has none. */
export function Help({ open, onClose, person }: { open: boolean; onClose: () => void; person: Person | null }) {
  const t = useTranslations();
  const keys = [
    ['help', '?'] as const,
    ...pagesFor(person).map(({ key, letter }) => [key, letter] as const),
    ...otherKeys,
  ];
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
                  <kbd>{key.length === 1 ? key.toUpperCase() : key}</kbd>
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

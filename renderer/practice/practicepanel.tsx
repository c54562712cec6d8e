import {
  FlaskConical,
  Gauge,
  PanelRightClose,
  PanelRightOpen,
  Route,
  ScrollText,
  ShieldAlert,
  SlidersHorizontal,
  Wrench,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';
import { Menu } from '../controls/menu.tsx';
import { setPrefs, usePrefs } from '../prefs.ts';
import { goTo, hrefTo } from '../route.ts';
import { OpenOtherStation } from '../shell/openotherstation.tsx';
import { usePractice, useStationStatus } from '../stationclient.ts';
import { PracticeCloud } from './practicecloud.tsx';
import { PracticeLog } from './practicelog.tsx';
import { PracticeRules, strict } from './practicerules.tsx';
import { PracticeSlot } from './practiceslot.tsx';
import { PracticeField, PracticeWays } from './practiceways.tsx';

/** Simulated units at the side of the bench: plug in, break, scan. The panel never covers a tile. */
export function PracticePanel({ slotCount }: { slotCount: number }) {
  const t = useTranslations('practice');
  const practice = usePractice();
  const status = useStationStatus();
  const { practicePanel } = usePrefs();
  const [rulesOpen, setRulesOpen] = useState(false);
  const [logOpen, setLogOpen] = useState(false);
  const [waysOpen, setWaysOpen] = useState(false);
  const isStrict = practice !== undefined && practice !== null && strict(practice);
  const open = practicePanel ?? (slotCount <= 12 || window.innerWidth >= 1600);
  if (!open) {
    return (
      <section className="practice closed" aria-label={t('title')}>
        <Button
          kind="quiet"
          size="bench"
          icon={PanelRightOpen}
          aria-label={t('open')}
          title={t('open')}
          onClick={() => setPrefs({ practicePanel: true })}
        />
        <span className="practice-side" aria-hidden="true">
          {t('title')}
        </span>
      </section>
    );
  }
  return (
    <section className="practice" aria-label={t('title')}>
      <header>
        <FlaskConical aria-hidden="true" />
        <div className="practice-title">
          <h2>{t('title')}</h2>
          {practice && <PracticeField practice={practice} count={1} />}
        </div>
        <Menu
          label={t(isStrict ? 'awsStrict' : 'aws')}
          icon={isStrict ? ShieldAlert : SlidersHorizontal}
          size="bench"
          items={[
            ...(practice?.way === undefined
              ? []
              : [{ key: 'ways', label: t('ways.choose'), icon: Route, onPick: () => setWaysOpen(true) }]),
            { key: 'log', label: t('log.title'), icon: ScrollText, onPick: () => setLogOpen(true) },
            {
              key: 'rules',
              label: t(isStrict ? 'rulesInForce' : 'rulesOpen'),
              icon: isStrict ? ShieldAlert : Gauge,
              onPick: () => setRulesOpen(true),
            },
          ]}
        />
        <Button
          kind="quiet"
          size="bench"
          icon={PanelRightClose}
          aria-label={t('close')}
          title={t('close')}
          onClick={() => setPrefs({ practicePanel: false })}
        />
      </header>
      <div className="practice-slots">
        {practice?.slots.length === 0 && <p className="hint">{t('empty')}</p>}
        {practice?.slots.map((slot) => (
          <PracticeSlot key={slot.slotId} slot={slot} faults={slot.faults ?? practice.faults} />
        ))}
      </div>
      <footer>
        <PracticeCloud outage={practice?.outage ?? null} />
        {status?.otherStation === 'real' ? (
          <OpenOtherStation which="real" short />
        ) : (
          <Button
            size="bench"
            icon={Wrench}
            aria-label={t('setUp')}
            title={t('setUp')}
            onClick={() => goTo(hrefTo.setup)}
          >
            {t('setUpShort')}
          </Button>
        )}
      </footer>
      {waysOpen && practice && <PracticeWays practice={practice} onClose={() => setWaysOpen(false)} />}
      {logOpen && <PracticeLog onClose={() => setLogOpen(false)} />}
      {rulesOpen && practice && <PracticeRules practice={practice} onClose={() => setRulesOpen(false)} />}
    </section>
  );
}

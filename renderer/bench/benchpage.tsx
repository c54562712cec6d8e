import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot } from '../../app/contract/index.ts';
import { Modal } from '../controls/modal.tsx';
import { PracticePanel } from '../practice/practicepanel.tsx';
import { useBench, useSession } from '../stationclient.ts';
import { ActBar } from './actbar.tsx';
import { LockedBench, lockedAsOne } from './lockedbench.tsx';
import { useRetryAfterSignIn } from './retry.tsx';
import { ShiftCounters } from './shiftcounters.tsx';
import { SlotFacts } from './slotfacts.tsx';
import { SlotTile } from './slottile.tsx';
import { useStateSounds } from './statesounds.ts';
import { columnsFor, tileSize } from './tilegrid.ts';

/** The first screen: every slot at once, and the one next act. */
export function BenchPage() {
  const t = useTranslations();
  const bench = useBench();
  const person = useSession()?.person ?? null;
  useStateSounds(bench);
  useRetryAfterSignIn(bench, person);
  if (!bench) return <p className="loading">{t('app.loading')}</p>;
  const reason = lockedAsOne(bench);
  return (
    <div className="bench-screen">
      <h1 className="unseen">{t('bench.title')}</h1>
      <ActBar bench={bench} person={person} />
      {reason ? (
        <div className="tiles">
          <LockedBench bench={bench} reason={reason} />
        </div>
      ) : (
        <Tiles bench={bench} />
      )}
      {bench.practice && <PracticePanel slotCount={bench.slots.length} />}
      <ShiftCounters bench={bench} signedIn={person !== null} />
    </div>
  );
}

function Tiles({ bench }: { bench: BenchSnapshot }) {
  const t = useTranslations('bench');
  const space = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(1);
  const [openId, setOpenId] = useState<number>();
  const count = bench.slots.length;
  const size = tileSize(count);
  const goldenDue = bench.golden?.due ? bench.golden.unitSerial : undefined;
  const opened = bench.slots.find((slot) => slot.slotId === openId);

  useEffect(() => {
    const element = space.current;
    if (!element) return;
    const fit = () => setColumns(columnsFor(count, element.clientWidth, element.clientHeight));
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => observer.disconnect();
  }, [count]);

  return (
    <div className="tiles" ref={space}>
      <div className="tiles-grid" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        {bench.slots.map((slot) => (
          <SlotTile
            key={slot.slotId}
            slot={slot}
            size={size}
            goldenDue={goldenDue}
            onOpen={() => setOpenId(slot.slotId)}
          />
        ))}
      </div>
      <Modal
        open={opened !== undefined}
        onClose={() => setOpenId(undefined)}
        title={t('slot', { slot: String(openId ?? '') })}
        size="large"
      >
        {opened && (
          <div className="stack">
            <div className="tile-alone">
              <SlotTile slot={opened} size="large" goldenDue={goldenDue} />
            </div>
            <SlotFacts slot={opened} />
          </div>
        )}
      </Modal>
    </div>
  );
}

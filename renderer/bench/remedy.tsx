import { LockOpen, LogIn } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, LockReason, Person } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { goTo, hrefTo } from '../route.ts';
import { refuseAct } from '../scanreader/lastscan.ts';
import { openSignIn } from '../signin/signinstate.ts';

/**
 * The page on which an engineer removes the reason of a lock; undefined when no page helps. A lock that an engineer may
 * release has its button here.
 */
const places: Partial<
  Record<
    LockReason,
    { words: `bench.${'unlockHere' | 'caHere' | 'orderHere'}` | `now.${'recipesHere' | 'healthHere'}`; href: string }
  >
> = {
  caLocked: { words: 'bench.unlockHere', href: hrefTo.station('ca') },
  caAbsent: { words: 'bench.caHere', href: hrefTo.station('ca') },
  caExpired: { words: 'bench.caHere', href: hrefTo.station('ca') },
  caRevoked: { words: 'bench.caHere', href: hrefTo.station('ca') },
  caEnding: { words: 'bench.caHere', href: hrefTo.station('ca') },
  caMissing: { words: 'bench.caHere', href: hrefTo.station('ca') },
  noOrder: { words: 'bench.orderHere', href: hrefTo.station('orders') },
  orderPaused: { words: 'bench.orderHere', href: hrefTo.station('orders') },
  orderFull: { words: 'bench.orderHere', href: hrefTo.station('orders') },
  noRecipe: { words: 'now.recipesHere', href: hrefTo.station('recipes') },
  recipeOutdated: { words: 'now.recipesHere', href: hrefTo.station('recipes') },
  records: { words: 'now.healthHere', href: hrefTo.station('doctor') },
  clock: { words: 'now.healthHere', href: hrefTo.station('doctor') },
  disk: { words: 'now.healthHere', href: hrefTo.station('doctor') },
};

/** The act by which the person at the bench can end a lock. */
export function Remedy({ bench, person }: { bench: BenchSnapshot; person: Person | null }) {
  const t = useTranslations();
  const release = useAct('bench.release');
  if (!person) {
    return (
      <Button size="bench" kind="primary" icon={LogIn} onClick={() => openSignIn()}>
        {t('bench.signInHere')}
      </Button>
    );
  }
  if (person.role !== 'engineer' || !bench.locked) return null;
  if (bench.interlocks[0]?.releasable) {
    return (
      <Button
        size="bench"
        kind="primary"
        icon={LockOpen}
        busy={release.busy}
        title={bench.locked === 'clock' ? t('now.releaseClockHint') : t('bench.releaseHint')}
        onClick={() => void release.run({}, refuseAct)}
      >
        {bench.locked === 'clock' ? t('now.releaseClock') : t('bench.release')}
      </Button>
    );
  }
  const place = places[bench.locked];
  if (!place) return null;
  return (
    <Button size="bench" kind="primary" onClick={() => goTo(place.href)}>
      {t(place.words)}
    </Button>
  );
}

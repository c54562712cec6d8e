import { CircleCheck, CircleDashed, Hourglass, type LucideIcon, OctagonX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ConnectionState } from '../../app/contract/index.ts';
import { Pill, type Tone } from '../controls/pill.tsx';

const looks: Record<ConnectionState, { tone: Tone; icon: LucideIcon }> = {
  waiting: { tone: 'plain', icon: CircleDashed },
  connected: { tone: 'good', icon: CircleCheck },
  failed: { tone: 'bad', icon: OctagonX },
  overdue: { tone: 'warn', icon: Hourglass },
};

/** The state of a first connection. */
export function ConnectionPill({ state }: { state: ConnectionState }) {
  const t = useTranslations('firstConnections.state');
  return <Pill {...looks[state]}>{t(state)}</Pill>;
}

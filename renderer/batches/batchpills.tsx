import {
  CircleCheck,
  CircleDashed,
  CircleQuestionMark,
  CloudUpload,
  type LucideIcon,
  OctagonX,
  Package,
  Square,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BatchMember, BatchState } from '../../app/contract/index.ts';
import { Pill, type Tone } from '../controls/pill.tsx';

type Look = { tone: Tone; icon: LucideIcon };

const batchLooks: Record<BatchState, Look> = {
  making: { tone: 'act', icon: CircleDashed },
  made: { tone: 'plain', icon: Package },
  uploading: { tone: 'act', icon: CloudUpload },
  uploaded: { tone: 'act', icon: CloudUpload },
  starting: { tone: 'act', icon: CloudUpload },
  running: { tone: 'act', icon: CircleDashed },
  reconciling: { tone: 'act', icon: CircleDashed },
  done: { tone: 'good', icon: CircleCheck },
  failed: { tone: 'bad', icon: OctagonX },
  stopped: { tone: 'warn', icon: Square },
};

const memberLooks: Record<BatchMember['state'], Look> = {
  waiting: { tone: 'plain', icon: CircleDashed },
  registered: { tone: 'good', icon: CircleCheck },
  rejected: { tone: 'bad', icon: OctagonX },
  unaccounted: { tone: 'warn', icon: CircleQuestionMark },
};

export function BatchPill({ state }: { state: BatchState }) {
  const t = useTranslations('batches.state');
  return <Pill {...batchLooks[state]}>{t(state)}</Pill>;
}

export function MemberPill({ state }: { state: BatchMember['state'] }) {
  const t = useTranslations('batches.member');
  return <Pill {...memberLooks[state]}>{t(state)}</Pill>;
}

import {
  Ban,
  CircleCheck,
  CircleDashed,
  CloudCheck,
  CloudOff,
  FileBadge,
  type LucideIcon,
  OctagonX,
  Trash2,
  TriangleAlert,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CertificateState, UnitState } from '../../app/contract/index.ts';
import { Pill, type Tone } from '../controls/pill.tsx';

const looks: Record<UnitState, { tone: Tone; icon: LucideIcon }> = {
  started: { tone: 'act', icon: CircleDashed },
  issued: { tone: 'act', icon: FileBadge },
  passed: { tone: 'good', icon: CircleCheck },
  failed: { tone: 'bad', icon: OctagonX },
  error: { tone: 'warn', icon: TriangleAlert },
  aborted: { tone: 'plain', icon: Ban },
  registered: { tone: 'good', icon: CloudCheck },
  rejected: { tone: 'bad', icon: CloudOff },
  scrapped: { tone: 'bad', icon: Trash2 },
};

export function UnitStatePill({ state }: { state: UnitState }) {
  const t = useTranslations('units.state');
  return (
    <Pill tone={looks[state].tone} icon={looks[state].icon}>
      {t(state)}
    </Pill>
  );
}

const certificateTones: Record<CertificateState, Tone> = {
  reserved: 'act',
  issued: 'good',
  void: 'plain',
  revocationQueued: 'bad',
  superseded: 'plain',
  revoked: 'bad',
};

export function CertificateStatePill({ state }: { state: CertificateState }) {
  const t = useTranslations('story.certificateState');
  return <Pill tone={certificateTones[state]}>{t(state)}</Pill>;
}

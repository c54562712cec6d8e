import {
  CircleHelp,
  Cloud,
  FileKey,
  Landmark,
  Lock,
  LockOpen,
  type LucideIcon,
  MapPinOff,
  Network,
  ShieldX,
  Stamp,
  Unplug,
  UsbIcon,
} from 'lucide-react';
import type { CaView, CustodyKind, KeyState } from '../../app/contract/index.ts';
import type { Tone } from '../controls/pill.tsx';

export const roleIcon: Record<CaView['role'], LucideIcon> = { root: Landmark, intermediate: Network, issuing: Stamp };

export const custodyIcon: Record<CustodyKind, LucideIcon> = {
  file: FileKey,
  token: UsbIcon,
  kms: Cloud,
  elsewhere: MapPinOff,
};

const keyIcon: Record<KeyState, LucideIcon> = {
  locked: Lock,
  unlocked: LockOpen,
  absent: Unplug,
  missing: CircleHelp,
  elsewhere: MapPinOff,
};

/** Most keys should be locked. A locked key is a warning where the bench needs it. */
export function keyAppearance({ keyState, active, expiry, revocation }: CaView): { icon: LucideIcon; tone: Tone } {
  const icon = keyIcon[keyState];
  if (keyState === 'unlocked') return { icon, tone: 'good' };
  if (keyState === 'missing') return { icon, tone: 'bad' };
  if (keyState === 'absent') return { icon, tone: active ? 'bad' : 'warn' };
  if (keyState === 'locked' && active && expiry !== 'expired' && revocation === null) return { icon, tone: 'warn' };
  return { icon, tone: 'plain' };
}

export const caStateAppearance = {
  missing: { icon: ShieldX, tone: 'bad' },
  absent: { icon: Unplug, tone: 'bad' },
  locked: { icon: Lock, tone: 'warn' },
  unlocked: { icon: LockOpen, tone: 'good' },
  expired: { icon: ShieldX, tone: 'bad' },
  revoked: { icon: ShieldX, tone: 'bad' },
} as const;

import {
  Archive,
  Ban,
  CloudUpload,
  Download,
  FileClock,
  FileDown,
  KeyRound,
  Lock,
  LockOpen,
  type LucideIcon,
  PowerOff,
  ShieldCheck,
  Split,
  Stamp,
} from 'lucide-react';
import type { CaAct } from './caacts.ts';

export const actIcon: Record<CaAct, LucideIcon> = {
  unlock: LockOpen,
  lock: Lock,
  activate: Stamp,
  register: CloudUpload,
  certificate: Download,
  export: FileDown,
  split: Split,
  prove: ShieldCheck,
  passphrase: KeyRound,
  offline: PowerOff,
  forget: Archive,
  rootCrl: FileClock,
  revoke: Ban,
};

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
import type { Act } from './caacts.ts';

export const actIcon: Record<Act, LucideIcon> = {
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

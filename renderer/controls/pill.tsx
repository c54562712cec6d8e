import type { LucideIcon } from 'lucide-react';

export type Tone = 'plain' | 'act' | 'good' | 'bad' | 'warn';

/** A small state: word, colour and shape. */
export function Pill({ tone, icon: Icon, children }: { tone: Tone; icon?: LucideIcon; children: string }) {
  return (
    <span className={`pill ${tone}`}>
      {Icon && <Icon aria-hidden="true" />}
      {children}
    </span>
  );
}

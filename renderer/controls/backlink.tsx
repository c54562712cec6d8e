import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { wentBackTo } from '../address.ts';

/** The way back to a list. If a person came from there, the list is as it was left: its filter and its place. */
export function BackLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a
      className="back"
      href={href}
      onClick={(event) => {
        const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
        if (plain && wentBackTo(href)) event.preventDefault();
      }}
    >
      <ArrowLeft aria-hidden="true" />
      {children}
    </a>
  );
}

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** Nothing here yet, and how something comes to be here. */
export function EmptyState({
  icon: Icon,
  title,
  hint,
  children,
}: {
  icon: LucideIcon;
  title: string;
  hint: string;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon aria-hidden="true" />
      <p className="empty-title">{title}</p>
      <p>{hint}</p>
      {children}
    </div>
  );
}

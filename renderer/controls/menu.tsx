import { Menu as Base } from '@base-ui/react/menu';
import { EllipsisVertical, type LucideIcon } from 'lucide-react';

export type MenuItem = { key: string; label: string; icon: LucideIcon; danger?: boolean; onPick: () => void };

type Props = { label: string; items: readonly MenuItem[]; icon?: LucideIcon; size?: 'desk' | 'bench' };

/** Further acts on a thing, behind one quiet button. */
export function Menu({ label, items, icon: Icon = EllipsisVertical, size = 'desk' }: Props) {
  return (
    <Base.Root>
      <Base.Trigger className={`button quiet ${size} menu-button`} aria-label={label} title={label}>
        <Icon aria-hidden="true" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="pick-place" align="end" sideOffset={4}>
          <Base.Popup className="pick-list menu-list">
            {items.map(({ key, label: words, icon: Icon, danger = false, onPick }) => (
              <Base.Item key={key} className={danger ? 'menu-item danger' : 'menu-item'} onClick={onPick}>
                <Icon aria-hidden="true" />
                {words}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

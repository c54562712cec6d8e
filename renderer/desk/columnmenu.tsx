import { Menu } from '@base-ui/react/menu';
import { Check, Columns3 } from 'lucide-react';
import { useTranslations } from 'use-intl';

type Props = {
  columns: readonly { key: string; head: string }[];
  shown: readonly string[];
  onShown: (columns: readonly string[]) => void;
};

/** Which columns a list shows. The first one leads to the row and stays. */
export function ColumnMenu({ columns, shown, onShown }: Props) {
  const t = useTranslations('desk');
  return (
    <Menu.Root>
      <Menu.Trigger className="button normal">
        <Columns3 aria-hidden="true" />
        {t('columns')}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="pick-place" align="end" sideOffset={4}>
          <Menu.Popup className="pick-list">
            {columns.slice(1).map(({ key, head }) => (
              <Menu.CheckboxItem
                key={key}
                className="pick-item"
                checked={shown.includes(key)}
                closeOnClick={false}
                onCheckedChange={(on) =>
                  onShown(columns.map((column) => column.key).filter((one) => (one === key ? on : shown.includes(one))))
                }
              >
                <Menu.CheckboxItemIndicator className="pick-mark">
                  <Check aria-hidden="true" />
                </Menu.CheckboxItemIndicator>
                <span>{head}</span>
              </Menu.CheckboxItem>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

import { Select } from '@base-ui/react/select';
import { Check, ChevronsUpDown, type LucideIcon } from 'lucide-react';

type Props<V extends string> = {
  label: string;
  value: V;
  options: readonly { value: V; label: string }[];
  onPick: (value: V) => void;
  size?: 'normal' | 'bench';
  disabled?: boolean;
  /** Whether only screen readers get the label. */
  bare?: boolean;
  /** A sign in place of the value, where there is no room for it. The value is then said beside it. */
  sign?: LucideIcon;
};

/** A choice of one among a few. */
export function SelectField<V extends string>({
  label,
  value,
  options,
  onPick,
  size = 'normal',
  disabled = false,
  bare,
  sign: Sign,
}: Props<V>) {
  return (
    <div className="field">
      {!bare && <span className="label">{label}</span>}
      <Select.Root
        items={options}
        value={value}
        disabled={disabled}
        onValueChange={(next) => next !== null && onPick(next as V)}
      >
        <Select.Trigger
          className={`pick ${size} ${Sign ? 'sign' : ''}`}
          aria-label={Sign ? `${label}: ${options.find((option) => option.value === value)?.label ?? value}` : label}
          title={Sign && label}
        >
          {Sign ? <Sign aria-hidden="true" /> : <Select.Value />}
          {!Sign && (
            <Select.Icon>
              <ChevronsUpDown aria-hidden="true" />
            </Select.Icon>
          )}
        </Select.Trigger>
        <Select.Portal>
          <Select.Positioner className="pick-place" alignItemWithTrigger={false} sideOffset={4}>
            <Select.Popup className="pick-list">
              <Select.List>
                {options.map((option) => (
                  <Select.Item key={option.value} value={option.value} className={`pick-item ${size}`}>
                    <Select.ItemIndicator className="pick-mark">
                      <Check aria-hidden="true" />
                    </Select.ItemIndicator>
                    <Select.ItemText>{option.label}</Select.ItemText>
                  </Select.Item>
                ))}
              </Select.List>
            </Select.Popup>
          </Select.Positioner>
        </Select.Portal>
      </Select.Root>
    </div>
  );
}

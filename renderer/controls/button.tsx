import type { LucideIcon } from 'lucide-react';
import { type ComponentProps, type MouseEvent, useState } from 'react';

type Props = Omit<ComponentProps<'button'>, 'type'> & {
  /** `primary` is the one next act. `danger` ends something. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  /** `bench` is at least 64 px high, for gloves. */
  size?: 'normal' | 'bench';
  icon?: LucideIcon;
  busy?: boolean;
  submit?: boolean;
};

/**
 * A button. One that has the focus keeps it when it is busy or has nothing to do any more: browsers take the focus from a
 * disabled button, and a person without a mouse would begin again at the top of the page.
 */
export function Button({
  kind = 'plain',
  size = 'normal',
  icon: Icon,
  busy = false,
  submit = false,
  className = '',
  children,
  ...rest
}: Props) {
  const [focused, setFocused] = useState(false);
  const off = rest.disabled === true || busy;
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={`button ${kind} ${size} ${className}`}
      aria-busy={busy}
      disabled={off && !focused}
      aria-disabled={off || undefined}
      onClick={off ? (event: MouseEvent) => event.preventDefault() : rest.onClick}
      onFocus={(event) => {
        setFocused(true);
        rest.onFocus?.(event);
      }}
      onBlur={(event) => {
        setFocused(false);
        rest.onBlur?.(event);
      }}
    >
      {Icon && <Icon aria-hidden="true" />}
      {children}
    </button>
  );
}

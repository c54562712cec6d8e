import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

type Props = Omit<ComponentProps<'button'>, 'type'> & {
  /** `primary` is the one next act. `danger` ends something. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  /** `bench` is at least 64 px high, for gloves. */
  size?: 'normal' | 'bench';
  icon?: LucideIcon;
  busy?: boolean;
  submit?: boolean;
};

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
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={`button ${kind} ${size} ${className}`}
      aria-busy={busy}
      disabled={rest.disabled === true || busy}
    >
      {Icon && <Icon aria-hidden="true" />}
      {children}
    </button>
  );
}

import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button.tsx';

type Props = {
  open: boolean;
  title: string;
  /** The effect on real devices and records. */
  meaning: string;
  act: string;
  /** `danger`, unless the act ends nothing. */
  kind?: 'danger' | 'primary';
  busy?: boolean;
  /** Set while an answer is missing. */
  disabled?: boolean;
  size?: 'small' | 'large';
  onCancel: () => void;
  onConfirm: () => void;
  children?: ReactNode;
};

/** Asks before an act that ends something. */
export function Confirm(props: Props) {
  const {
    open,
    title,
    meaning,
    act,
    kind = 'danger',
    busy = false,
    disabled,
    size = 'small',
    onCancel,
    onConfirm,
    children,
  } = props;
  const t = useTranslations('common');
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className={`modal ${size}`}>
          <header>
            <AlertDialog.Title className="modal-title">{title}</AlertDialog.Title>
          </header>
          <div className="modal-body stack">
            <AlertDialog.Description>{meaning}</AlertDialog.Description>
            {children}
            <div className="row end">
              <Button size="bench" onClick={onCancel}>
                {t('cancel')}
              </Button>
              <Button size="bench" kind={kind} busy={busy} disabled={disabled} onClick={onConfirm}>
                {act}
              </Button>
            </div>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

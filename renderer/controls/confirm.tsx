import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button.tsx';

type Props = {
  open: boolean;
  title: string;
  /** What it does to real devices and records. */
  meaning: string;
  act: string;
  /** `danger` unless nothing ends by it. */
  kind?: 'danger' | 'primary';
  busy?: boolean;
  /** While something is missing. */
  disabled?: boolean;
  size?: 'small' | 'large';
  onCancel: () => void;
  onConfirm: () => void;
  children?: ReactNode;
};

/** Asks before something ends. */
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

import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

type Props = {
  open: boolean;
  onClose: () => void;
  title: string;
  size?: 'small' | 'large';
  children: ReactNode;
};

/** A dialog over the screen: focus stays in it, Escape closes it. */
export function Modal({ open, onClose, title, size = 'small', children }: Props) {
  const t = useTranslations('common');
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={`modal ${size}`}>
          <header>
            <Dialog.Title className="modal-title">{title}</Dialog.Title>
            <Dialog.Close className="button quiet bench" aria-label={t('close')}>
              <X aria-hidden="true" />
            </Dialog.Close>
          </header>
          <div className="modal-body">{children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

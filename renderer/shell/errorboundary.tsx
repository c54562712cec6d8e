import { Component, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';

/** Catches a broken screen, says so, and offers the way back, so that no screen stays blank. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useTranslations('app');
  return (
    <main className="empty">
      <p className="empty-title">{t('broken')}</p>
      <Button size="bench" kind="primary" onClick={() => window.location.reload()}>
        {t('reload')}
      </Button>
    </main>
  );
}

import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { hrefTo } from '../route.ts';

type Props = { address?: string; children: ReactNode };
type State = { broken: boolean; address: string | undefined };

/**
 * Catches a broken screen, says so, and offers the ways back, so that no screen stays blank. Each page has one of its
 * own, so that the header stays. Another address begins without the error.
 */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { broken: false, address: undefined };

  static getDerivedStateFromError(): Partial<State> {
    return { broken: true };
  }

  static getDerivedStateFromProps({ address }: Props, state: State): Partial<State> | null {
    return address === state.address ? null : { broken: false, address };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useTranslations('app');
  // The page may break again as soon as it is loaded, so the bench is loaded afresh, too.
  const toBench = () => {
    window.location.hash = hrefTo.bench;
    window.location.reload();
  };
  return (
    <EmptyState icon={TriangleAlert} title={t('broken')} hint={t('brokenHint')}>
      <div className="row">
        <Button size="bench" kind="primary" onClick={toBench}>
          {t('toBench')}
        </Button>
        <Button size="bench" onClick={() => window.location.reload()}>
          {t('reload')}
        </Button>
      </div>
    </EmptyState>
  );
}

import { CSPProvider } from '@base-ui/react/csp-provider';
import { IntlProvider } from 'use-intl';
import { usePrefs } from '../prefs.ts';
import { tables } from '../words/index.ts';
import { ErrorBoundary } from './errorboundary.tsx';
import { Shell } from './shell.tsx';

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function App() {
  const { locale } = usePrefs();
  return (
    <IntlProvider locale={locale} messages={tables[locale] as typeof tables.en} timeZone={timeZone}>
      <CSPProvider disableStyleElements>
        <ErrorBoundary>
          <Shell />
        </ErrorBoundary>
      </CSPProvider>
    </IntlProvider>
  );
}

import { CSPProvider } from '@base-ui/react/csp-provider';
import { IntlProvider } from 'use-intl';
import { usePrefs } from '../prefs.ts';
import { tables } from '../words/index.ts';
import { ErrorBoundary } from './errorboundary.tsx';
import { Shell } from './shell.tsx';

/** Of a PC without a zone that it knows, Chromium says `Etc/Unknown`, counts in UTC, and knows no zone of that name. */
function zoneHere(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  try {
    Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    return 'UTC';
  }
}
const timeZone = zoneHere();

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

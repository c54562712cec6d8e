/** Calls for QA's desk: what a search finds, the overview, and saved views. */
export { judgeAlerts, openAlerts } from './alerts.ts';
export { chartPart } from './charts.ts';
export { find } from './find.ts';
export { overview } from './overview.ts';
export { listViews, removeView, saveView } from './views.ts';

/** Allow-lists of the fake station: one of order WO-2611-08, whose last unit is still to be told. */
import type { AllowListView } from '../../app/contract/model.ts';

const listAt = (orderId: string, target: string, wanted: boolean): AllowListView => ({
  ...{ orderId, target, wanted, actor: 'Erin (EN-1)', changedAt: '2026-11-20T07:00:00Z' },
  ...{ listed: 3, toList: 1, toGo: 0, state: 'telling' },
});

export const allowListAnswers = () => ({
  'cloud.allowLists': () => [listAt('WO-2611-08', 'main', true)],
  'cloud.setAllowList': ({ orderId, target, wanted }: { orderId: string; target: string; wanted: boolean }) =>
    listAt(orderId, target, wanted),
});

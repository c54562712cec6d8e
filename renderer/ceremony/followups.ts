import type { CaView, HierarchyView } from '../../app/contract/index.ts';

export type FollowUpKind = 'activate' | 'register' | 'cloud' | 'backup' | 'rootBackup' | 'rootOffline';
export type FollowUp = { kind: FollowUpKind; ca: CaView; done: boolean };

/** The remaining acts after a CA was made, in their order. Pure. */
export function followUpsOf({ authorities }: HierarchyView, issuerId: string, cloud: boolean): FollowUp[] {
  const ca = authorities.find((one) => one.issuerId === issuerId);
  if (!ca) return [];
  const parent = authorities.find((one) => one.issuerId === ca.parentId);
  const proved = (one: CaView) => one.backupProvedAt !== null;
  return [
    ...(ca.role === 'issuing' ? [{ kind: 'activate' as const, ca, done: ca.active }] : []),
    ...(ca.role === 'issuing'
      ? [{ kind: cloud ? ('register' as const) : ('cloud' as const), ca, done: ca.registration === 'active' }]
      : []),
    ...(ca.custody === 'file' ? [{ kind: 'backup' as const, ca, done: proved(ca) }] : []),
    ...(parent && (parent.custody === 'file' || proved(parent))
      ? [
          { kind: 'rootBackup' as const, ca: parent, done: proved(parent) },
          { kind: 'rootOffline' as const, ca: parent, done: parent.custody === 'elsewhere' },
        ]
      : []),
  ];
}

import type { CaView } from '../../app/contract/index.ts';

export type CaBranch = { ca: CaView; below: CaBranch[] };

/** The CAs as a tree, each below the CA that issued it. A CA whose parent is not known here stands at the top. */
export function caBranchesOf(authorities: readonly CaView[]): CaBranch[] {
  const known = new Set(authorities.map(({ issuerId }) => issuerId));
  const isTop = ({ issuerId, parentId }: CaView) => parentId === null || parentId === issuerId || !known.has(parentId);
  const branch = (ca: CaView): CaBranch => ({
    ca,
    below: authorities.filter((other) => !isTop(other) && other.parentId === ca.issuerId).map(branch),
  });
  return authorities.filter(isTop).map(branch);
}

/** The spent part of its life, 0..1, by the station's clock. */
export function lifeSpent({ notBeforeAt, notAfterAt, daysLeft }: CaView): number {
  const days = (Date.parse(notAfterAt) - Date.parse(notBeforeAt)) / 86_400_000;
  return days <= 0 ? 1 : Math.min(1, Math.max(0, 1 - daysLeft / days));
}

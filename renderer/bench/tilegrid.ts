/** The size of a tile's words: `large` ≥ 64 px, `middle` ≥ 36 px, `small` ≥ 28 px. */
export type TileSize = 'large' | 'middle' | 'small';

export const tileSize = (count: number): TileSize => (count <= 4 ? 'large' : count <= 8 ? 'middle' : 'small');

/** The narrowest tile that holds the longest state word, in pixels. */
const minWidth: Record<TileSize, number> = { large: 360, middle: 230, small: 176 };
/** The ratio of width to height that reads best. */
const aspect = 1.7;

/** The number of columns that gives the largest tiles in a space of `width` × `height` pixels. */
export function columnsFor(count: number, width: number, height: number): number {
  const narrowest = minWidth[tileSize(count)];
  let best = 1;
  let bestScore = 0;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tile = { width: width / columns, height: height / rows };
    if (columns > 1 && tile.width < narrowest) break;
    const score = Math.min(tile.width / aspect, tile.height);
    if (score > bestScore) {
      best = columns;
      bestScore = score;
    }
  }
  return best;
}

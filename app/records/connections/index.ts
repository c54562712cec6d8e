/** Calls about first connections. */
export { expectConnections, newPasses, putWatchMark, watchMark } from './expect.ts';
export { markOverdue, noteConnections } from './note.ts';
export {
  connectionCounts,
  connectionsNamed,
  connectionsToAsk,
  countOpenConnections,
  listConnections,
  openConnections,
  showConnections,
  watchedTargets,
} from './search.ts';

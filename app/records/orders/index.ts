/** Calls about orders, recipes and what was scanned. */
export {
  activateOrder,
  changeOrder,
  closeOrder,
  giveBackLease,
  makeOrder,
  pauseOrder,
  resumeOrder,
  setOrderRegistration,
} from './acts.ts';
export { activeOrder, listOrders, order, orderSerials, showOrder } from './orders.ts';
export { orderOverlaps } from './overlaps.ts';
export { approveRecipe, goldenPassedAt, recipes, retireRecipe, saveRecipe } from './recipes.ts';
export { scanFacts } from './scans.ts';

/** Calls about orders, recipes and what was scanned. */
export {
  activateOrder,
  activeOrder,
  closeOrder,
  listOrders,
  makeOrder,
  order,
  setOrderRegistration,
} from './orders.ts';
export { approveRecipe, goldenPassedAt, recipes, retireRecipe, saveRecipe } from './recipes.ts';
export { scanFacts } from './scans.ts';

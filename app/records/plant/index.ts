/** Calls about the plant: what goes there, and what it refused. */
export { keepPlantLeases } from './leases.ts';
export { plantPage } from './page.ts';
export { leasesHere } from './returns.ts';
export { keepPlantMark, plantStanding, recordPlantRefusals } from './standing.ts';

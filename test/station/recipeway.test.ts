/** The way of a batch that names none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecipeFile } from '../../app/contract/model.ts';
import { wayByRecipe } from '../../app/station/batches/recipeway.ts';
import { refuses } from '../records/support.ts';

const by = (recipe: Partial<RecipeFile> | undefined, orderId?: string) =>
  wayByRecipe(
    {
      ledger: { order: async () => ({ orderId: 'WO-1' }) },
      recipes: { fileOfOrder: async () => recipe },
    } as never,
    orderId,
  );

test('a batch of an order goes the way of its recipe, and bulk where nothing says one', async () => {
  assert.equal(await by({ provisioning: { way: 'withoutCa', targets: ['eu'] } }, 'WO-1'), 'withoutCa');
  assert.equal(await by({ issuer: { aws: 'eu' } }, 'WO-1'), 'registerThing');
  assert.equal(await by({}, 'WO-1'), 'bulk');
  assert.equal(await by(undefined, 'WO-1'), 'bulk');
  assert.equal(await by({ provisioning: { way: 'withoutCa', targets: ['eu'] } }), 'bulk', 'no order, so no recipe');
});

test('units that make themselves known are not registered by a batch that no person meant', async () => {
  await assert.rejects(
    by({ provisioning: { way: 'jitp', targets: ['eu'] } }, 'WO-1'),
    refuses('batch.ownWay', { orderId: 'WO-1', way: 'jitp' }),
  );
});

/** Files of orders: what is taken, what is given back and why, and files that mean harm. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { ordersIn } from '../../app/station/orders/rows.ts';
import { readOrderFile } from '../../main/orders/read.ts';
import { readTable } from '../../main/orders/table.ts';
import { refuses } from '../records/support.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const csv = (text: string) => readTable('orders.csv', bytes(text));

/** A workbook as Office Open XML has it (ECMA-376), with this sheet. */
const workbook = (sheet: string, more: Record<string, Uint8Array> = {}) =>
  zipSync({
    '[Content_Types].xml': bytes(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    ),
    'xl/workbook.xml': bytes(
      '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>',
    ),
    'xl/_rels/workbook.xml.rels': bytes(
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
    'xl/worksheets/sheet1.xml': bytes(
      `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${sheet}</sheetData></worksheet>`,
    ),
    ...more,
  });
const text = (at: string, value: string) => `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
const heads = `<row r="1">${text('A1', 'Order')}${text('B1', 'Model')}${text('C1', 'Quantity')}</row>`;

test('one order is the same from CSV, from a workbook and from JSON', async () => {
  const given = { orderId: 'WO-7', model: 'BM-1', quantity: 12 };
  const files = [
    csv('Order,Model,Quantity\nWO-7,BM-1,12\n'),
    csv('\uFEFForder;model;quantity\r\n"WO-7";BM-1;12\r\n'),
    readTable(
      'o.XLSX',
      workbook(`${heads}<row r="2">${text('A2', 'WO-7')}${text('B2', 'BM-1')}<c r="C2"><v>12</v></c></row>`),
    ),
    readTable('o.json', bytes('{"orders":[{"orderId":"WO-7","model":"BM-1","quantity":12}]}')),
  ];
  for (const file of files) {
    const { groups, general } = ordersIn(await file);
    assert.deepEqual(general, []);
    const [{ given: read }] = groups as [(typeof groups)[number]];
    assert.deepEqual(JSON.parse(JSON.stringify(read)), given);
  }
});

test('each wrong row is named: its number in the file, its column, its value and what to do', async () => {
  const { groups, general } = ordersIn(
    await csv(
      [
        'order,model,quantity,from,to,pattern,serial,due,colour',
        'A,M,ten,,,,,,',
        ',M,1,,,,,,',
        'B,M,5,SN-9,SN-1,,,,',
        'C,M,,,,,X1,,',
        'C,N,,,,,X 2!,,',
        'D,M,1,,,,,2026-02-30,',
        '"E",M,2,,,SN-##,,2026-12-24,',
      ].join('\n'),
    ),
  );
  assert.deepEqual(
    general.map(({ column, what }) => [column, what]),
    [['colour', 'unknownColumn']],
  );
  const problems = groups.flatMap((group) => group.problems.map(({ row, column, what }) => [row, column, what]));
  assert.deepEqual(problems, [
    [2, 'quantity', 'notNumber'],
    [3, 'order', 'missing'],
    [4, 'from', 'notSerials'],
    [6, 'model', 'unlike'],
    [6, 'serial', 'notSerials'],
    [7, 'due', 'notTime'],
  ]);
  const good = groups.filter((group) => group.given);
  assert.deepEqual(
    good.map(({ orderId }) => orderId),
    ['E'],
  );
});

test('a formula is not computed: the cell has the value that was saved with it', async () => {
  const cell = '<c r="C2"><f>6*7</f><v>5</v></c>';
  const { rows } = await readTable(
    'o.xlsx',
    workbook(`${heads}<row r="2">${text('A2', 'A')}${text('B2', 'M')}${cell}</row>`),
  );
  assert.deepEqual(rows[0]?.cells, ['A', 'M', '5']);
});

test('a workbook that unpacks to more than its bound is refused before it is unpacked, and a broken one is refused', async () => {
  const bomb = workbook(heads, { 'xl/styles.xml': new Uint8Array(40 * 1024 * 1024) });
  assert.ok(bomb.length < 200_000);
  await assert.rejects(readOrderFile('bomb.xlsx', bomb), refuses('order.badFile'));
  const lying = bomb.slice();
  const view = new DataView(lying.buffer);
  for (let at = 0; at < lying.length - 46; at += 1) {
    const sign = view.getUint32(at, true);
    if (sign === 0x02014b50) view.setUint32(at + 24, 10, true);
  }
  await assert.rejects(readTable('lying.xlsx', lying), refuses('order.badFile'));
  for (const wrong of [bytes('PK'), bytes('no workbook'), zipSync({ 'a.xml': bytes('<a/>') })])
    await assert.rejects(readTable('o.xlsx', wrong), refuses('order.badFile'));
  await assert.rejects(readTable('o.pdf', bytes('x')), refuses('order.badFile', { reason: 'fileKind' }));
  const text = new Uint8Array([0xff, 0xfe, 0x41]);
  for (const read of [readTable('o.csv', text), readOrderFile('o.csv', text)])
    await assert.rejects(read, refuses('order.badFile', { reason: 'fileText' }), 'the reason comes across the thread');
});

test('any text is read or refused, and no row of what is read is lost', async () => {
  const cell = fc.string({ maxLength: 8 }).filter((one) => !/[\r\n]/.test(one));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), async (lines) => {
      const quoted = lines.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(','));
      const table = await csv(['order,model,quantity', ...quoted].join('\n'));
      const filled = lines.filter((cells) => cells.some((one) => one.trim() !== ''));
      assert.deepEqual(
        table.rows.map(({ cells }) => cells),
        filled,
      );
      const { groups } = ordersIn(table);
      assert.deepEqual(
        groups.flatMap(({ rows }) => rows).sort((a, b) => a - b),
        table.rows.map(({ row }) => row),
      );
      for (const { given, problems } of groups) assert.ok((given === undefined) === problems.length > 0);
    }),
    { numRuns: 40 },
  );
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.constantFrom('x.csv', 'x.json'), async (any, name) => {
      const read = await readTable(name, bytes(any)).catch((thrown: { code?: string }) => thrown);
      if (read instanceof Error) assert.equal((read as { code?: string }).code, 'order.badFile');
    }),
    { numRuns: 60 },
  );
});

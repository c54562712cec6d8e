/** Files of orders: what is taken, what is given back and why, and files that mean harm. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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

const made = async (text: string) =>
  ordersIn(await csv(text)).groups.map(
    ({ given, problems }) => given?.orderId ?? problems.map(({ what }) => what).join(),
  );

test('lines that end in different ways are lines of their own: none becomes a serial of the order before it', async () => {
  assert.deepEqual(await made('order,model,quantity,serial\r\nA,M,2,S1\nB,M,1,S2\rC,M,1,S3\r\n'), [
    'fewSerials',
    'B',
    'C',
  ]);
});

test('a row with more cells than the first one is not taken for what its first cells say', async () => {
  const text = 'order,model,quantity\nA,M,1,000\nB,M,"1"\nC,M,1,,\n';
  assert.deepEqual(await made(text), ['moreCells', 'B', 'C']);
  assert.deepEqual(await made('order,model,quantity,,\nA,M,1,by hand\n'), ['A'], 'under an empty heading');
});

test('a column that stands twice is read once, and refused where its cells differ', async () => {
  const text = 'order,model,quantity,Quantity\nA,M,1,2\nB,M,1,1\nC,M,,3\n';
  assert.deepEqual(await made(text), ['twoValues', 'B', 'C']);
});

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

test('a name that stands twice in an order of JSON is refused by its line: one of its values would be lost', async () => {
  const twice =
    '[{"order":"A","model":"M","quantity":1},\n {"order":"B","model":"M",\n  "quantity":5, "quantity":500}]';
  const data = { reason: 'fileTwice', name: 'quantity', found: 3 };
  for (const read of [readTable('o.json', bytes(twice)), readOrderFile('o.json', bytes(twice))])
    await assert.rejects(read, refuses('order.badFile', data));
  const label = '{""kind"":""plain"",""kind"":""plain""}';
  const [group] = ordersIn(await csv(`order,model,quantity,label\nA,M,1,"${label}"\n`)).groups;
  assert.deepEqual(
    group?.problems.map(({ column }) => column),
    ['label'],
  );
});

test('a file without an order is refused, not taken with nothing made', async () => {
  for (const [name, text] of [
    ['o.csv', ''],
    ['o.csv', '\n\n'],
    ['o.csv', 'order,model,quantity\r\n,,\r\n'],
    ['o.csv', 'sep=;\norder;model;quantity\n'],
    ['o.json', '[]'],
    ['o.json', '{"orders":[]}'],
  ] as const)
    await assert.rejects(readTable(name, bytes(text)), refuses('order.badFile', { reason: 'fileEmpty' }), text);
  await assert.rejects(readTable('o.xlsx', workbook(heads)), refuses('order.badFile', { reason: 'fileEmpty' }));
});

test('headings in German, and a first line that names the sign between cells', async () => {
  const given = { orderId: 'WO-7', model: 'BM-1', quantity: 12, serialFrom: 'SN-01', serialTo: 'SN-12' };
  for (const text of [
    'Auftrags-Nr.;Modell;Stückzahl;von;bis\r\nWO-7;BM-1;12;SN-01;SN-12\r\n',
    'sep=;\r\nAuftrag;Modell;Menge;Von;Bis\r\nWO-7;BM-1;12;SN-01;SN-12\r\n',
    '\n\nAuftragsnummer;Modell;Anzahl;von;bis\nWO-7;BM-1;12;SN-01;SN-12\n',
  ]) {
    const { groups, general } = ordersIn(await csv(text));
    assert.deepEqual([general, JSON.parse(JSON.stringify(groups[0]?.given))], [[], given], text);
  }
  const named = await csv('sep=|\norder|model|quantity\nA|M|x\n');
  assert.deepEqual(
    ordersIn(named).groups[0]?.problems.map(({ row, column }) => [row, column]),
    [[3, 'quantity']],
  );
});

test('a second row of an order that adds no serial is told, whether it says the same or not', async () => {
  const of = async (...rows: string[]) =>
    ordersIn(await csv(['order,model,quantity,serial', ...rows].join('\n'))).groups.flatMap(({ problems }) =>
      problems.map(({ row, what }) => [row, what]),
    );
  assert.deepEqual(await of('A,M,5,', 'A,M,5,'), [[3, 'addsNothing']]);
  assert.deepEqual(await of('A,M,5,', 'A,M,6,'), [[3, 'unlike']]);
  assert.deepEqual(await of('A,M,2,S1', 'A,,,S2'), []);
});

test('UTF-16 without its mark is no text, as with it', async () => {
  const text = new Uint8Array(Buffer.from('order,model\nA,M\n', 'utf16le'));
  await assert.rejects(readTable('o.csv', text), refuses('order.badFile', { reason: 'fileText' }));
});

test('a long number has lost its last digits in a spreadsheet: its row is told, and no other serial is made of it', async () => {
  const cells = (serial: string) => `${text('A2', 'A')}${text('B2', 'M')}<c r="C2"><v>${serial}</v></c>`;
  const head = `<row r="1">${text('A1', 'Order')}${text('B1', 'Model')}${text('C1', 'Serial')}</row>`;
  for (const serial of ['8901234567890123456', '8.9012345678901235E18', '1234567890123456']) {
    const [group] = ordersIn(await readTable('o.xlsx', workbook(`${head}<row r="2">${cells(serial)}</row>`))).groups;
    assert.deepEqual(group?.problems.map(({ column, what }) => [column, what])[0], ['serial', 'notSerials']);
    assert.match(group?.problems[0]?.detail ?? '', /without its last digits; make the column text/);
  }
  const whole = ordersIn(await readTable('o.xlsx', workbook(`${head}<row r="2">${cells('123456789012345')}</row>`)));
  assert.deepEqual(whole.groups[0]?.given?.serials, ['123456789012345']);
});

test('a number in a form, a day and a truth value are no serial: the workbook shows another text', async () => {
  const styles = (code: string) => ({
    'xl/styles.xml': bytes(
      `<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="${code}"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
    ),
  });
  const head = `<row r="1">${text('A1', 'Order')}${text('B1', 'Model')}${text('C1', 'Quantity')}${text('D1', 'Serial')}</row>`;
  const said = async (cell: string, code = 'General', quantity = '<c r="C2"><v>1</v></c>') => {
    const row = `<row r="2">${text('A2', 'A')}${text('B2', 'M')}${quantity}${cell}</row>`;
    const [group] = ordersIn(await readTable('o.xlsx', workbook(`${head}${row}`, styles(code)))).groups;
    return group?.given?.serials?.[0] ?? group?.problems.map(({ column, what }) => `${column} ${what}`).join();
  };
  const number = '<c r="D2" s="1"><v>45000</v></c>';
  for (const code of ['0000000', '&quot;SN-&quot;0', 'SN\\-0', 'dd.mm.yyyy', 'mmm\\-yy', '0%', '# ?/?'])
    assert.equal(await said(number, code), 'serial looksOther', code);
  for (const code of ['General', '0', '@', '#,##0', '0.00', '0_);[Red](0)', '[$€-407]0'])
    assert.equal(await said(number, code), '45000', code);
  assert.equal(await said('<c r="D2" t="b"><v>1</v></c>'), 'serial looksOther');
  assert.equal(await said('<c r="D2" t="d"><v>2026-12-24</v></c>'), 'serial looksOther');
  assert.equal(await said(text('D2', '00123'), '00000'), '00123', 'text is what it is');
  const pieces = '<c r="C2" s="1"><v>1</v></c>';
  assert.equal(await said(text('D2', 'S1'), '0 &quot;pcs&quot;', pieces), 'S1', 'a quantity is its number');
});

test('a cell or a row far from the orders is named: the memory for all cells before it is not asked for', async () => {
  const order = `<row r="2">${text('A2', 'A')}${text('B2', 'M')}<c r="C2"><v>1</v></c></row>`;
  for (const [far, name] of [
    [`<row r="1000000">${text('A1000000', 'x')}</row>`, 'C1000000'],
    ['<row r="1048576" hidden="1"/>', 'C1048576'],
    [`<row r="900">${text('XFD900', 'x')}</row>`, 'XFD900'],
  ] as const) {
    const file = workbook(`${heads}${order}${far}`);
    await assert.rejects(readOrderFile('o.xlsx', file), refuses('order.badFile', { reason: 'fileFar', name }));
  }
  const near = workbook(`${heads}${order}<row r="9000">${text('A9000', 'B')}${text('B9000', 'M')}</row>`);
  assert.deepEqual(
    (await readTable('o.xlsx', near)).rows.map(({ row }) => row),
    [2, 9000],
  );
});

test('a row that the workbook does not show is told and not taken; the others are', async () => {
  const row = (at: number, more: string) =>
    `<row r="${at}"${more}>${text(`A${at}`, `A${at}`)}${text(`B${at}`, 'M')}<c r="C${at}"><v>1</v></c></row>`;
  const sheet = `${heads}${row(2, '')}${row(3, ' hidden="1"')}${row(4, " hidden='true'")}${row(5, ' hidden="0"')}`;
  const { groups } = ordersIn(await readTable('o.xlsx', workbook(sheet)));
  assert.deepEqual(
    groups.map(({ given, problems }) => given?.orderId ?? problems.map(({ what }) => what).join()),
    ['A2', 'hiddenRow', 'hiddenRow', 'A5'],
  );
});

test('text beside a comment of XML and in CDATA is whole; a workbook with a password is told as that', async () => {
  const cells = `${text('A2', 'SN-<!-- x -->1')}${text('B2', '<![CDATA[M<&>]]>-2')}<c r="C2"><v>1</v></c>`;
  const { rows } = await readTable('o.xlsx', workbook(`${heads}<row r="2">${cells}</row>`));
  assert.deepEqual(rows[0]?.cells, ['SN-1', 'M<&>-2', '1']);
  const compound = new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...new Array(1000).fill(0)]);
  await assert.rejects(readTable('o.xlsx', compound), refuses('order.badFile', { reason: 'fileOldForm' }));
});

test('a cell with an error, or with a formula that was never computed, is told by its row; the other rows are read', async () => {
  const row = (at: number, quantity: string) =>
    `<row r="${at}">${text(`A${at}`, `A${at}`)}${text(`B${at}`, 'M')}${quantity}</row>`;
  const { groups } = ordersIn(
    await readTable(
      'o.xlsx',
      workbook(
        [
          heads,
          row(2, '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
          row(3, '<c r="C3" t="str"><f>CONCATENATE(1,2)</f></c>'),
          row(4, '<c r="C4" t="str"><f>"4"</f><v>4</v></c>'),
        ].join(''),
      ),
    ),
  );
  const problems = groups.flatMap((group) => group.problems.map(({ row: at, what, value }) => [at, what, value]));
  assert.deepEqual(problems, [
    [2, 'notNumber', '#DIV/0!'],
    [3, 'missing', ''],
  ]);
  assert.equal(groups[2]?.given?.quantity, 4);
});

describe('the parts of a workbook', () => {
  const xml = (sheets: string, more = '') =>
    bytes(
      `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">${more}<sheets>${sheets}</sheets></workbook>`,
    );
  const link = (id: number) =>
    `<Relationship Id="rId${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet${id}.xml"/>`;
  const links = bytes(
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${link(1)}${link(2)}</Relationships>`,
  );
  const sheet = (rows: string) =>
    bytes(
      `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`,
    );
  const orders = (id: string) => `${heads}<row r="2">${text('A2', id)}${text('B2', 'M')}<c r="C2"><v>1</v></c></row>`;
  const two = (state: string, second: string) =>
    workbook(orders('OLD'), {
      'xl/workbook.xml': xml(
        `<sheet name="Old" sheetId="1"${state} r:id="rId1"/><sheet name="New" sheetId="2" r:id="rId2"/>`,
      ),
      'xl/_rels/workbook.xml.rels': links,
      'xl/worksheets/sheet2.xml': sheet(second),
    });
  const read = async (file: Uint8Array) => {
    const { groups, general } = ordersIn(await readTable('o.xlsx', file));
    return [groups.map(({ orderId }) => orderId), general.map(({ what, value }) => `${what} ${value}`)];
  };

  test('a hidden sheet is not read, and another one with cells is told', async () => {
    assert.deepEqual(await read(two(' state="hidden"', orders('NEW'))), [['NEW'], []]);
    assert.deepEqual(await read(two('', orders('NEW'))), [['OLD'], ['otherSheet New']]);
    assert.deepEqual(await read(two('', '')), [['OLD'], []]);
  });

  test('days count from 1904 where the workbook says so, in either spelling; a time is one of this PC', async () => {
    const styles = bytes(
      '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    );
    const due = async (serial: string, more: string) => {
      const head = `<row r="1">${text('A1', 'Order')}${text('B1', 'Model')}${text('C1', 'Quantity')}${text('D1', 'Due')}</row>`;
      const cells = `${text('A2', 'A')}${text('B2', 'M')}<c r="C2"><v>1</v></c><c r="D2" s="1"><v>${serial}</v></c>`;
      const file = workbook(`${head}<row r="2">${cells}</row>`, {
        'xl/styles.xml': styles,
        'xl/workbook.xml': xml('<sheet name="Orders" sheetId="1" r:id="rId1"/>', more),
      });
      return ordersIn(await readTable('o.xlsx', file)).groups[0]?.given?.dueAt;
    };
    const end = new Date('2026-12-24T23:59:59').toISOString();
    assert.equal(await due('46380', ''), end);
    assert.equal(await due('44918', '<workbookPr date1904="1"/>'), end);
    assert.equal(await due('44918', '<workbookPr date1904="true"/>'), end);
    assert.equal(await due('46380', '<workbookPr date1904="false"/>'), end);
    assert.equal(await due('46380.5', ''), new Date('2026-12-24T12:00:00').toISOString());
  });
});

test('any text is read or refused, and no row of what is read is lost', async () => {
  const cell = fc.string({ maxLength: 8 }).filter((one) => !/[\r\n]/.test(one));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), async (others) => {
      const lines = [['A', 'M', '1'], ...others];
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

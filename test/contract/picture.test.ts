/** A page may save a picture that it drew: shapes and words, and nothing that runs, loads or leads anywhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPicture } from '../../app/contract/picture.ts';

const svg = (inner: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${inner}</svg>`;

test('shapes and words are a picture', () => {
  assert.ok(isPicture(svg('<g transform="translate(0,64)"><path d="M0,0L1,1" stroke="rgb(1, 2, 3)"></path></g>')));
  assert.ok(
    isPicture(svg('<text x="1" font-size="13px">Größe &lt; 3 &amp; 96,8 %</text><rect width="1" fill="none"/>')),
  );
});

test('anything else is none', () => {
  for (const inner of [
    '<script>alert(1)</script>',
    '<a href="https://a.example"><text>x</text></a>',
    '<image href="x.png"/>',
    '<foreignObject></foreignObject>',
    '<style>@import "x"</style>',
    '<rect onload="x"/>',
    '<rect style="fill:red"/>',
    '<rect fill="url(http://a.example#x)"/>',
    '<rect fill="URL (#x)"/>',
    '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///z">]>',
    '<!-- x -->',
    '<?xml-stylesheet href="x"?>',
    '<text>&x;</text>',
    '<text>&#60;script></text>',
    '<use href="#x"/>',
    '<rect width="1"',
  ])
    assert.equal(isPicture(svg(inner)), false, inner);
  assert.equal(isPicture(`<html>${svg('')}`), false);
  assert.equal(isPicture(svg(`<text>${'&lt;'.repeat(90_000)}`)), true, 'and it does not take long');
});

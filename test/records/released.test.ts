/** What stations and plants in the field have run. Two of one version have one schema, so a released migration stays as it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrations as ofPlant } from '../../app/plant/schema/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { sha256 } from './support.ts';

/** SHA-256 of each migration's SQL, in the order in which they run. A new migration gets a line; no line is ever changed. */
const released = [
  ['firstSchema', '906c603f1a73af380b9e287281820ef43e70321bed5ea0ca0c1d8b6f6376f21b'],
  ['revocation', 'd53db9ab6a90e10e29bfa44e1856f66ac000d7282f571bffa1a3402b786237d9'],
  ['severalCas', 'b594860cb927d41364170ccb97fc51a734f410ddc78b2a6892646c1b81004c77'],
  ['recipes', '2d5716c11af367549aeb342c230b1e23c5c0dda102c42da05d10078146dc1212'],
  ['rework', 'f13608182bd0b78eabdf92da2e418aeef42968785b6313ddb9323a050c15480d'],
  ['transcripts', 'a88d0fa7f17bfff6b615bbeb88be20904ab7e0fdc84ebd7972d4415d6e14c0c9'],
  ['orderLabels', 'c667ae6d7082c18458c436536896c3a59acf70acc713c86ccf0113baee8ae4e3'],
  ['caRevocations', '1838bbf38817bcbc652a365a706e08e03d17ae2f633e159ea6ac31bfc78e00d0'],
  ['pinCost', 'd35195ea114d893ea8d3cf04b7c68a14e3414a0e2b03b69789560340baa70711'],
  ['ways', '45f2fe0f84661b88a8d9c45fb2f074c16a4211275517c9b469989ee57b636cf1'],
  ['documents', '08d713526234ce6891b7d4c21a55fc92d203c83feba342373b9f761e07e41858'],
  ['batchScale', 'ed88f4ca981beeaf4c23c0d6840265425cce342e282ebf12116a8b80b09b6d63'],
  ['batchTemplates', '8683015d4abab3f9922cdf92ab81ce543e53d2dd605463a4da1800b4a42c4842'],
  ['awsIssuer', '0c72cb2cc80b965c9166d2db00a028cb1768fdc5b3157d726f4db70305d8b34b'],
  ['provisionedUnits', '286952411f2e8c05f8e479a2ea7cdc4ced258736ac4bd5b9ce05767f9143ad8c'],
  ['claims', 'c59f0e1903242ac97ddbc533cd0eaa8095684cccba933497aa8e382f50359f18'],
  ['membership', 'b7e74f8a85c9bbbf1d1049d0c45e5b1a72f60ab20260f38ea1ac430eef5e5e31'],
  ['firstConnections', '35880924cd691f4fa2483c1d022656849219eeed5edaffc7239a26ec261e969a'],
  ['allowLists', 'c7354ee1e87e069e7bea5662b449b92387d6264a2abf8ac4f323acfb911c9c85'],
  ['hookRows', '6aba28f7f27783ea8db374ed78646c20ca41542be35ea775b21801251bc764d4'],
  ['connectionSearch', 'ac023681e540e299271655c2eae06c9c999e2853c54fa92473e806e05b231008'],
  ['deskIndex', '31b534d42a538b4eded40ed47de7b879353be7d29b6ec9db8973d66aeddf84e6'],
  ['orderTerms', '027165afc0aee840543d3777976bf063adf774392936c9340446ea6977a8fcf0'],
  ['orderCounts', '2b5d9a5458e4e3a58f0c2767f77b894a7ecc71974ebbe6b533d7e2bdae59dda3'],
  ['outbox', 'bd5225ea686518f441078805a68bc46da49412a6ea21957bd1b854f5d41ff506'],
  ['transparencyLog', '59bb0e06dcbfff795a5d45f126932b44dfd709b44efc5d245e9795c70f1da6ad'],
  ['restored', '6447c4bb447e988f487fbb90efa79f7fe18bd9f6413c50409240c1bd89472668'],
  ['transcriptRetention', '0dc40e208e93869dbfe221890fa6c629adf65844b1599e88547b836c7a08d199'],
  ['people', '3f99a0b1ac1c876e759bd35aeaaa23ef5c2fe4c3d068263b9edf4257a5092bd9'],
  ['certificatesOfUnit', '2a01023acd9bc560e7654df6939b9b03c2694be20a2215b23faa8dae938fcce7'],
  ['resultCounts', 'abf6426993469b27a871152645b9b6cc31c0780f13368a1707598e3042bed4b5'],
  ['alerts', 'dec838fab14a4cd5b3637689d9f3f12f594d5e9c85c0cc0b1a4b89374a343bc3'],
  ['plant', '529323d00102490c910a681362c11d4315b4ccfe83438f164b5b98dc3cc4dec3'],
  ['plantReturns', '633f141c276aeecbae6715b6c1eb89445412510e98879a646e98426067a0dc73'],
  ['plantDocuments', 'dd3942062631785341f9df964643bab974b775679f2f2f5043f56e0844028128'],
  ['cheapWrites', 'b41d9c413063c3ee9ed76a3cdcebe40564b2c59a6f5422fe9224799f8623c957'],
  ['eventRetention', 'e58fe78722e783049b2686bc15285ba41b6980970112ed893b67e256f2a996bc'],
] as const;

/** The same for a plant in PostgreSQL. */
const releasedOfPlant = [
  ['tables', '623cf7937d9a5aaf8f200e1f0d8745ac830681093fb11cd9dff539917fe96dd9'],
  ['returns', '437e4db5d176ea133d5e225bdfea8d815aa86a8e7a82c20764a01ed0a77b9c61'],
  ['desk', '4c6098f9dce561d8ad3d899bd93184a06279af8125928b5ee5670d4d4afd26de'],
  ['documents', 'dff600fa5a3066be943c3ad4bba7ce4768ad964ece19d52eb5ab6e726388e233'],
  ['firsts', '40884a7dba3ff97330ae4a59227fee95b17f5be3219534c0a984d90586203b7d'],
  ['guards', 'e39a2d5f525e016bfff9089830ad8021235e1070a6d37435ab541a7f1b27dc86'],
] as const;

const hashed = (all: readonly string[], names: readonly (readonly [string, string])[]) =>
  all.map((text, index) => [names[index]?.[0], sha256(text)]);

test('a released migration is never edited or moved: an older file gets the schema that it would have got then', () => {
  assert.deepEqual(hashed(migrations, released), released);
  assert.deepEqual(hashed(ofPlant, releasedOfPlant), releasedOfPlant);
});

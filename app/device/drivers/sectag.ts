/**
 * The security tag under which Nordic's modem and its SDK keep a key and its certificates. `usual` is
 * CONFIG_NRF_CLOUD_SEC_TAG of their samples.
 */
export const secTag = {
  kind: 'number',
  meaning: 'security tag for key and certificate',
  least: 0,
  most: 2_147_483_647,
  usual: 16_842_753,
} as const;

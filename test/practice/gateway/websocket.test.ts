/** MQTT over WebSocket with the credentials of a user, signed by AWS's own signer. */
import assert from 'node:assert/strict';
import { before, type TestContext, test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';

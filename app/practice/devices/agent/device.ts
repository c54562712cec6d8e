import { createPublicKey } from 'node:crypto';
import type { Online } from '../firmware.ts';
import { createPowered, type PracticeDevice, type PracticeDeviceOptions } from '../power.ts';
import { onlineIn } from './connect.ts';
import type { Memory } from './memory.ts';
import { serve } from './serve.ts';

/** `holds` shows its memory to tests: by item, and the key (`key`) as SubjectPublicKeyInfo. */
export type AgentDevice = PracticeDevice & { holds(): Map<string, Buffer>; online(): Online | undefined };

/** A simulated device that speaks native/agent/PROTOCOL.md, with a real key. */
export function createAgentDevice(options: PracticeDeviceOptions): AgentDevice {
  const { clock, computeMs = 20 } = options;
  const memory: Memory = { items: new Map(), sealed: false };
  const device = createPowered(options, (powered, wire, onDeath) =>
    serve({ device: powered, memory, wire, clock, computeMs, onDeath }),
  );
  const holds = () => {
    const key = memory.key && createPublicKey(memory.key).export({ type: 'spki', format: 'der' });
    return new Map([...memory.items, ...(key ? [['key', key] as const] : [])]);
  };
  return Object.assign(device, { holds, online: () => onlineIn(memory) });
}

/** A station as a factory has it, behind the kiosk: three slots on the agents' pseudo-terminals, one on a simulated unit. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ports } from '../../app/device/channel.ts';
import { startPracticeAws } from '../../app/practice/aws/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { systemClock } from '../../main/clock.ts';
import { startKiosk } from '../../main/kiosk/server.ts';
import { openStation } from '../../main/openstation.ts';
import { createPractisedWays } from '../../main/practicefield.ts';
import { practiceControl } from '../../main/practiceline.ts';
import { serialPorts } from '../../native/serial.ts';
import { type RunningAgent, startAgent } from '../native/agent/support.ts';
import { makeStation, passphrase } from '../support.ts';

export const agentUnits = ['SENSE-1001', 'SENSE-1002', 'SENSE-1003'] as const;
/** The slot of the practice bench that the station's slot 4 is bound to. */
const simulated = 'practice:4';

export type FactoryBed = {
  station: StationHandle;
  address: string;
  /** Plugs the agents in: from now on their ports exist. The last one has a bad cable. */
  plugAgents: () => Promise<void>;
  close: () => Promise<void>;
};

export async function openFactory(assetsDir: string): Promise<FactoryBed> {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-e2e-'));
  const links = agentUnits.map((unit) => join(folder, unit));
  const slots = [...links, simulated].map((port, index) => ({
    slotId: index + 1,
    name: `Slot ${index + 1}`,
    port,
    driver: 'agent',
  }));
  const bench = createPracticeBench({ slots: 4, clock: systemClock, labelPrefix: 'SIM-' });
  const aws = await startPracticeAws({ clock: systemClock, rate: 4 });
  const station = await openStation({
    dir: await makeStation(slots, true),
    kind: 'host',
    ports: route(bench),
    practice: practiceControl(
      bench,
      aws,
      createPractisedWays({ bench, aws, target: 'main', passphrase: '', station: () => undefined }),
    ),
    cloud: {
      target: {
        region: aws.region,
        bucket: aws.bucket,
        roleArn: aws.roleArn,
        policyNames: [aws.policyName],
        endpointUrl: aws.endpoint,
      },
      credentials: aws.credentials,
    },
  });
  await station.parts.authority.unlock(passphrase);
  const kiosk = await startKiosk({ connect: station.connect, assetsDir });
  let agents: RunningAgent[] = [];
  return {
    station,
    address: kiosk.address,
    async plugAgents() {
      const binary = await buildAgent();
      agents = await Promise.all(
        links.map((link, index) =>
          startAgent(binary, [
            ...['--link', link, '--state', `${link}.state`, '--baud', '115200'],
            ...(index === 2 ? ['--corrupt', '0.001', '--seed', '11'] : []),
          ]),
        ),
      );
    },
    async close() {
      await kiosk.close();
      await station.close();
      await aws.close();
      await Promise.all(agents.map((agent) => agent.stop()));
    },
  };
}

/** Real ports, but for the simulated one. */
function route(bench: Ports): Ports {
  const of = (path: string) => (path === simulated ? bench : serialPorts);
  return {
    list: () => serialPorts.list(),
    open: (path, settings) => of(path).open(path, settings),
    watch: (path, listener) => of(path).watch(path, listener),
  };
}

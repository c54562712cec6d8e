import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { heartbeatMs } from '../../app/contract/index.ts';
import { streamEvents } from '../../main/kiosk/stream.ts';
import { createFakeStation } from '../fake.ts';

/** A response whose reader can be put to sleep. */
class FakeSink extends EventEmitter {
  written: string[] = [];
  asleep = false;
  ended = 0;
  write(text: string): boolean {
    this.written.push(text);
    return !this.asleep;
  }
  end(): void {
    this.ended++;
  }
  wake(): void {
    this.asleep = false;
    this.emit('drain');
  }
  take(): string[] {
    return this.written.splice(0);
  }
}

const open = () => {
  const sink = new FakeSink();
  const station = createFakeStation();
  const connection = station.connect('kiosk');
  const end = streamEvents(sink, connection, ['bench.changed', 'session.changed']);
  sink.take();
  return { sink, station, end, connection: station.connections[0]! };
};
const framed = (event: string, seq: number) => `event: ${event}\ndata: {"seq":${seq}}\n\n`;

test('while the reader sleeps only the newest snapshot of each event waits', () => {
  const { sink, station } = open();
  sink.asleep = true;
  for (let seq = 1; seq <= 5; seq++) {
    station.push('bench.changed', { seq });
    station.push('session.changed', { seq });
  }
  assert.deepEqual(sink.take(), [framed('bench.changed', 1)]);
  sink.wake();
  assert.deepEqual(sink.take().sort(), [framed('bench.changed', 5), framed('session.changed', 5)].sort());
  station.push('bench.changed', { seq: 6 });
  assert.deepEqual(sink.take(), [framed('bench.changed', 6)]);
});

test('a heartbeat comment every 5 seconds keeps the line open, and none is piled on a sleeper', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { sink, station, end } = open();
  t.mock.timers.tick(heartbeatMs * 2);
  assert.deepEqual(sink.take(), [': still here\n\n', ': still here\n\n']);
  sink.asleep = true;
  station.push('bench.changed', { seq: 1 });
  sink.take();
  t.mock.timers.tick(heartbeatMs * 10);
  assert.deepEqual(sink.take(), []);
  end();
  t.mock.timers.tick(heartbeatMs);
  assert.deepEqual(sink.take(), []);
});

test('it ends once, and stops listening, whoever ends it', () => {
  const { sink, connection, end } = open();
  sink.emit('close');
  end();
  assert.equal(sink.ended, 1);
  assert.deepEqual(connection.listening(), []);
});

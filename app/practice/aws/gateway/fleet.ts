import type { Connection } from './connection.ts';

/** Topics by which a device with a claim gets its own identity ("Device provisioning MQTT API", developer guide). */
export const isFleetTopic = (topic: string): boolean =>
  /^\$aws\/(certificates\/create|provisioning-templates\/[^/]+\/provision)/.test(topic);

/** Answers on this connection only. It never throws. */
export async function answerFleet(connection: Connection, topic: string, payload: Uint8Array): Promise<void> {
  void payload;
  connection.send(`${topic}/rejected`, Buffer.from('{"statusCode":503}'));
}

/** A device by AWS's SDK, version 2: `node sdk2child.ts PORT ROOT CERTIFICATE KEY` prints what comes back on `down/sdk2`. */
import { io, iot, mqtt } from 'aws-iot-device-sdk-v2';

const [port = '', root = '', certificate = '', key = ''] = process.argv.slice(2);
const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder_from_path(certificate, key)
  .with_certificate_authority_from_path(undefined, root)
  .with_clean_session(true)
  .with_client_id('sdk2')
  .with_endpoint('localhost')
  .with_port(Number(port))
  .build();
const connection = new mqtt.MqttClient(new io.ClientBootstrap()).new_connection(config);
await connection.connect();
const arrives = new Promise<string>((resolve) => {
  void connection
    .subscribe('down/sdk2', mqtt.QoS.AtLeastOnce, (_topic, payload) => resolve(Buffer.from(payload).toString()))
    .then(() => connection.publish('up/sdk2', 'hello', mqtt.QoS.AtLeastOnce));
});
process.stdout.write(`${await arrives}\n`);
await connection.disconnect();
process.exit(0);

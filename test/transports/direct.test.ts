import { transportSuite } from './suite.ts';

transportSuite('a direct call (the command line)', async (station) => {
  const connection = station.connect('cli');
  return { transport: connection, close: async () => connection.close() };
});

/** The thread of the PKCS#11 tokens: a signature takes a real one 50 to 100 ms, and a broken one for ever. */
import { createDesk, type Desk } from '../../native/token/requests.ts';
import { serve } from './serve.ts';

serve(() => {
  const desk = createDesk();
  return {
    answer: async (name, params) => desk[name as keyof Desk](params as never),
    close: () => desk.close(null),
  };
});

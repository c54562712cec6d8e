/**
 * The thread of the PKCS#11 tokens. A real token takes 50 to 100 ms for a signature, and a broken one may never return.
 */
import { createDesk, type Desk } from '../../native/token/requests.ts';
import { serve } from './serve.ts';

serve(() => {
  const desk = createDesk();
  return {
    answer: async (name, params) => desk[name as keyof Desk](params as never),
    close: () => desk.close(null),
  };
});

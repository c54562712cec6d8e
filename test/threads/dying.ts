/** A thread that answers harmless questions, and dies when it is asked to. */
import { resourceLimits } from 'node:worker_threads';
import { serve } from '../../main/threads/serve.ts';

serve(() => ({
  answer: (name) =>
    new Promise((resolve) => {
      if (name === 'die') process.exit(7);
      if (name === 'hello') resolve('hello');
      if (name === 'young') resolve(resourceLimits.maxYoungGenerationSizeMb);
    }),
  close: () => {},
}));

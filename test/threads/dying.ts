/** A thread that starts well and dies when it is asked anything but a first harmless question. */
import { serve } from '../../main/threads/serve.ts';

serve(() => ({
  answer: (name) =>
    new Promise((resolve) => {
      if (name === 'die') process.exit(7);
      if (name === 'hello') resolve('hello');
    }),
  close: () => {},
}));

/** A process that runs one command line after the other, for `commandline.ts`: what each said, and its exit code. */
import { hashCheaply } from '../../app/records/people/pins.ts';
import { runCommandLine } from '../../main/cli/program.ts';

hashCheaply();

/** Keeps what is written to a stream until the function that is returned is called, which gives the text. */
function kept(stream: NodeJS.WriteStream): () => string {
  const { write } = stream;
  let text = '';
  stream.write = (chunk: string | Uint8Array) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return () => {
    stream.write = write;
    return text;
  };
}

process.on('message', async (args: string[]) => {
  const [out, err] = [kept(process.stdout), kept(process.stderr)];
  const code = await runCommandLine(args);
  process.send?.({ code, out: out(), err: err() });
});
process.once('disconnect', () => process.exit(0));

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

/** Sets variables of the environment, and returns what undoes it. */
function setAll(variables: NodeJS.ProcessEnv): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

process.on('message', async ({ args, env }: { args: string[]; env: NodeJS.ProcessEnv }) => {
  const [out, err] = [kept(process.stdout), kept(process.stderr)];
  const unset = setAll(env);
  const code = await runCommandLine(args);
  unset();
  process.send?.({ code, out: out(), err: err() });
});
process.once('disconnect', () => process.exit(0));

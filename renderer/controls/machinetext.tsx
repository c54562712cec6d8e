/** What a machine said, in its words: English in a sentence of any language. */
export function MachineText({ text }: { text: string }) {
  return (
    <span lang="en" className="mono" title={text}>
      {text}
    </span>
  );
}

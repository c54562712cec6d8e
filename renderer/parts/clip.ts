/** Puts text on the clipboard; where the browser refuses its clipboard to pages, the older way. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'unseen';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

/** Electron's window denies every download (its host says why); there text is taken along by the clipboard. */
export const canSave = (): boolean => window.birthmark === undefined;

/** Offers text as a file. */
export const saveText = (name: string, text: string, type = 'application/x-pem-file'): void => save(name, text, type);

/** Offers what a PEM block holds, as DER. */
export function saveDer(name: string, pem: string): void {
  const binary = atob(pem.replace(/-----[A-Z0-9 ]+-----|\s/g, ''));
  save(
    name,
    Uint8Array.from(binary, (character) => character.charCodeAt(0)),
    'application/octet-stream',
  );
}

/** Offers bytes as a file. */
export const saveBytes = (name: string, bytes: BlobPart): void => save(name, bytes, 'application/octet-stream');

function save(name: string, content: BlobPart, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

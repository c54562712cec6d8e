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
export function saveText(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

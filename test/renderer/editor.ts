/** What a person sees of the code editor. */
import type { Locator, Page } from 'playwright';

/** The whole text as a copy of it has it: the editor draws only what is near the window. */
export async function textIn(editor: Locator): Promise<string> {
  await editor.press('ControlOrMeta+a');
  return editor.evaluate((element) => {
    const clipboardData = new DataTransfer();
    element.dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }));
    return clipboardData.getData('text/plain');
  });
}

/** The numbers of the lines with a problem. */
export const markedLines = (page: Page): Promise<string[]> =>
  page.locator('.cm-gutterElement.cm-problem-line').allTextContents();

export const isReadOnly = async (editor: Locator): Promise<boolean> =>
  (await editor.getAttribute('aria-readonly')) === 'true';

/** The selected text, once the editor has the focus. The reader of scans holds an Enter for as long as it may end one. */
export async function selectedText(page: Page): Promise<string> {
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'textbox');
  await page.waitForFunction(() => getSelection()?.isCollapsed === false);
  return page.evaluate(() => getSelection()?.toString() ?? '');
}

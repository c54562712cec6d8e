/**
 * Lets CodeMirror's style rules pass the content security policy. CodeMirror writes them into a `<style>` element, which
 * `style-src 'self'` refuses. A constructed sheet is no inline style (CSSOM, "Constructable Stylesheet Objects").
 */
import { StyleModule } from 'style-mod';

const sheets = new Map<StyleModule, CSSStyleSheet>();

/** Must be called before the first editor is made. */
export function adoptStyles(): void {
  StyleModule.mount = (_root, modules) => {
    const listed = 'length' in modules ? modules : [modules];
    for (const module of listed) {
      if (sheets.has(module)) continue;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(module.getRules());
      sheets.set(module, sheet);
    }
    // Later rules win, so all sheets stand in the order of this list; those of another editor come before.
    const mine = listed.flatMap((module) => sheets.get(module) ?? []);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((sheet) => !mine.includes(sheet)), ...mine];
  };
}

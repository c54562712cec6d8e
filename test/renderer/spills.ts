import type { Page } from 'playwright';

/**
 * Texts that leave their place: beyond the edge of the window, over their neighbours, or cut without a sign. A text
 * that ends in an ellipsis or can be scrolled to is in its place.
 */
export const spills = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (
        !node.textContent?.trim() ||
        !parent?.checkVisibility() ||
        parent.closest('.unseen, .skip, .mark, .retry-words, .mark-words, option')
      )
        continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { right, width } = range.getBoundingClientRect();
      if (width === 0) continue;
      const name = (how: string) => `${how}: ${parent.tagName}.${parent.className}: ${node?.textContent?.slice(0, 30)}`;
      let block = true;
      for (let box: Element | null = parent; ; box = box.parentElement) {
        if (!box) {
          if (right > window.innerWidth + 1) found.add(name('off the screen'));
          break;
        }
        const style = getComputedStyle(box);
        const edge = box.getBoundingClientRect().right;
        if (style.overflowX !== 'visible') {
          const told =
            style.textOverflow === 'ellipsis' ||
            style.webkitLineClamp !== 'none' ||
            /auto|scroll/.test(style.overflowX);
          if (right > edge + 1 && !told) found.add(name('cut without a sign'));
          break;
        }
        if (block && !style.display.startsWith('inline') && style.display !== 'contents') {
          block = false;
          if (right > edge + 2) found.add(name('over its neighbours'));
        }
      }
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.add(`the page is ${scrollWidth - clientWidth} px wider than the window`);
    const main = document.querySelector('main');
    if (main && main.scrollWidth > main.clientWidth)
      found.add(`the screen scrolls sideways by ${main.scrollWidth - main.clientWidth} px`);
    return [...found];
  });

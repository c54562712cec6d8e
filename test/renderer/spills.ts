import type { Page } from 'playwright';

/**
 * Texts that leave their place: beyond the edge of the window, over their neighbours, or cut without a sign. A text that
 * ends in an ellipsis or can be scrolled to is in its place. Also icons that a text squeezes, and parts of the header that
 * lie over each other.
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
    const pen = document.createElement('canvas').getContext('2d');
    for (const field of document.querySelectorAll<HTMLInputElement>('input:placeholder-shown')) {
      const { font, paddingLeft, paddingRight, textOverflow } = getComputedStyle(field);
      const room = field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      if (!pen || !field.checkVisibility() || textOverflow === 'ellipsis') continue;
      pen.font = font;
      if (pen.measureText(field.placeholder).width > room + 1) found.add(`cut without a sign: ${field.placeholder}`);
    }
    for (const icon of document.querySelectorAll('svg.lucide')) {
      const { width, height } = icon.getBoundingClientRect();
      if (height - width > 0.5)
        found.add(`an icon is squeezed to ${width}×${height}: ${icon.parentElement?.textContent?.slice(0, 30)}`);
    }
    const parts = [...document.querySelectorAll('.header :is(a, button, .brand-words, .who-words)')].map(
      (part) => [part, part.getBoundingClientRect()] as const,
    );
    for (const [index, [part, one]] of parts.entries())
      for (const [, other] of parts.slice(index + 1))
        if (
          Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
          Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1
        )
          found.add(`over its neighbours: ${part.textContent || part.getAttribute('aria-label')}`);
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.add(`the page is ${scrollWidth - clientWidth} px wider than the window`);
    const main = document.querySelector('main');
    if (main && main.scrollWidth > main.clientWidth)
      found.add(`the screen scrolls sideways by ${main.scrollWidth - main.clientWidth} px`);
    return [...found];
  });

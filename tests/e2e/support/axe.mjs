// What axe finds on a page that has come to rest.

import AxeBuilder from '@axe-core/playwright';

import { PATIENT, expect } from './test.mjs';

/** The violations of a page. A button that becomes usable changes its colour over a moment; what is judged is the colour that stays. Where one
 * became so while axe was looking, it looks again. */
export async function violationsOf(page, rules = {}) {
  const settled = () => document.getAnimations().every((animation) => !(animation instanceof CSSTransition));
  let violations = [];
  for (let look = 0; look < 2; look++) {
    await expect.poll(() => page.evaluate(settled), PATIENT).toBe(true);
    ({ violations } = await new AxeBuilder({ page }).options({ rules }).analyze());
    if (!violations.some((violation) => violation.id === 'color-contrast')) break;
  }
  return violations;
}

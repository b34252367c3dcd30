// The last lines of a run: how each spec file ended, how long its tests took, and what each saw that failed, also where it passed when it
// was tried again: such a test or the app under it has a race that somebody should look for.

import path from 'node:path';

/** Lines of a failure that are shown again at the end: the message, without the colours of a terminal. */
const LINES = 14;
const COLOURS = /\u001b\[[0-9;]*m/g;

export default class Summary {
  tests = new Map();

  onTestEnd(test, result) {
    this.tests.set(test, [...(this.tests.get(test) ?? []), result]);
  }

  onEnd(result) {
    const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
    const fileOf = (test) => path.basename(test.location.file);
    const files = new Map();
    for (const [test, results] of this.tests) {
      const sum = files.get(fileOf(test)) ?? { expected: 0, unexpected: 0, flaky: 0, skipped: 0, ms: 0, worst: 0, worstTitle: '' };
      sum[test.outcome()] += 1;
      const ms = results.reduce((all, one) => all + one.duration, 0);
      sum.ms += ms;
      if (ms > sum.worst) [sum.worst, sum.worstTitle] = [ms, test.title];
      files.set(fileOf(test), sum);
    }
    console.log('\nJourneys, by file (time of all tests, two at a time):');
    for (const [file, sum] of [...files].sort(([a], [b]) => a.localeCompare(b))) {
      const failed = sum.unexpected ? `${sum.unexpected} FAILED, ` : '';
      const again = sum.flaky ? `${sum.flaky} at the second try, ` : '';
      console.log(`  ${file.padEnd(24)} ${failed}${again}${sum.expected} passed, ${seconds(sum.ms)}; slowest ${seconds(sum.worst)}: ${sum.worstTitle}`);
    }
    for (const [test, results] of this.tests) {
      if (!['unexpected', 'flaky'].includes(test.outcome())) continue;
      console.log(`\n  ${test.outcome() === 'flaky' ? 'PASSED AT THE SECOND TRY' : 'FAILED'} ${fileOf(test)}: ${test.title}`);
      for (const { message = '', location } of results.flatMap((one) => one.errors)) {
        const lines = message.replace(COLOURS, '').split('\n').filter((line) => line.trim());
        console.log(lines.slice(0, LINES).map((line) => `    ${line}`).join('\n'));
        if (location) console.log(`    at ${path.basename(location.file)}:${location.line}`);
      }
    }
    console.log(`  ${result.status} after ${seconds(result.duration)}`);
  }
}

// The last lines of a run: how each spec file ended, how long its tests took, and of each failed one what it saw.

import path from 'node:path';

/** Lines of a failure that are shown again at the end: the message, without the colours of a terminal. */
const LINES = 14;
const COLOURS = /\u001b\[[0-9;]*m/g;

export default class Summary {
  files = new Map();
  failures = [];

  onTestEnd(test, result) {
    const file = path.basename(test.location.file);
    const sum = this.files.get(file) ?? { passed: 0, failed: 0, skipped: 0, ms: 0, worst: 0, worstTitle: '' };
    if (result.status === 'skipped') sum.skipped += 1;
    else if (result.status === test.expectedStatus) sum.passed += 1;
    else {
      sum.failed += 1;
      this.failures.push({ title: `${file}: ${test.title}`, errors: result.errors });
    }
    sum.ms += result.duration;
    if (result.duration > sum.worst) [sum.worst, sum.worstTitle] = [result.duration, test.title];
    this.files.set(file, sum);
  }

  onEnd(result) {
    const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
    console.log('\nJourneys, by file (time of all tests, two at a time):');
    for (const [file, sum] of [...this.files].sort(([a], [b]) => a.localeCompare(b))) {
      const failed = sum.failed ? `${sum.failed} FAILED, ` : '';
      console.log(`  ${file.padEnd(24)} ${failed}${sum.passed} passed, ${seconds(sum.ms)}; slowest ${seconds(sum.worst)}: ${sum.worstTitle}`);
    }
    for (const { title, errors } of this.failures) {
      console.log(`\n  FAILED ${title}`);
      for (const { message = '', location } of errors) {
        const lines = message.replace(COLOURS, '').split('\n').filter((line) => line.trim());
        console.log(lines.slice(0, LINES).map((line) => `    ${line}`).join('\n'));
        if (location) console.log(`    at ${path.basename(location.file)}:${location.line}`);
      }
    }
    console.log(`  ${result.status} after ${seconds(result.duration)}`);
  }
}

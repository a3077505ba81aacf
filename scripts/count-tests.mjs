/** Counts vitest's JSON report. A file that can't even be loaded, and errors outside of any test, count as one failure each:
 *  "0 failed" must mean that all is well.
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] } | undefined} report
 * @param {boolean} ended whether vitest itself ended well */
export function countTests(report, ended) {
  const tests = report?.testResults.flatMap((file) => file.assertionResults) ?? [];
  const count = (/** @type {string[]} */ ...states) => tests.filter(({ status }) => states.includes(status)).length;
  const broken =
    report?.testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
    ).length ?? 0;
  const failed = count('failed') + broken;
  return { passed: count('passed'), failed: failed === 0 && !ended ? 1 : failed, skipped: count('skipped', 'pending', 'todo') };
}

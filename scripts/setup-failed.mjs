/** A step of the set-up that didn't work, with the last lines of its output. */
export class SetupFailed extends Error {
  /** @param {string} step @param {string} how @param {string} output */
  constructor(step, how, output) {
    super(`${step} must succeed, got: ${how}`);
    this.output = output;
  }
}

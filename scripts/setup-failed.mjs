/** A step of the set-up that didn't work, with its output. */
export class SetupFailed extends Error {
  /** @param {string} step @param {string} how @param {string} output */
  constructor(step, how, output) {
    super(`${step} must succeed, got: ${how}`);
    this.output = output;
  }

  /** The end of the output, where the reason usually is. */
  get tail() {
    return this.output.split('\n').slice(-25).join('\n');
  }
}

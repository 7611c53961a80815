/** Told what a long step does: lines to keep, and passing ones that the next line may replace. */
export type Progress = {
  line(text: string): void;
  passing(text: string): void;
};

/** Where nothing can be replaced (a log file, CI), one passing line in so many milliseconds is printed. */
const SELDOM = 30_000;
const CLEAR_LINE = '\r\u001b[K';

/** Progress on a stream: one living line on a terminal, a line now and then elsewhere. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  let lastPassing = performance.now();
  const clear = stream.isTTY ? CLEAR_LINE : '';
  return {
    line: (text) => stream.write(`${clear}${text}\n`),
    passing: (text) => {
      if (stream.isTTY) stream.write(`${clear}${text}`);
      else if (performance.now() - lastPassing > SELDOM) {
        lastPassing = performance.now();
        stream.write(`${text}\n`);
      }
    },
  };
}

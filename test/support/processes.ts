import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The ids of the running processes whose command line contains `text`; a process that waits to be reaped has none. */
export async function processesMentioning(text: string): Promise<readonly number[]> {
  const lines = process.platform === 'linux' ? await fromProc() : await fromPs();
  return lines.filter(([, command]) => command.includes(text)).map(([pid]) => pid);
}

type Line = readonly [pid: number, command: string];

/** `ps` is missing from many small images, /proc from none. */
async function fromProc(): Promise<readonly Line[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid): Promise<Line> => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return [Number(pid), command.replaceAll('\0', ' ')];
    }),
  );
}

async function fromPs(): Promise<readonly Line[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,command='], { maxBuffer: 16 * 1024 ** 2 });
  return stdout.split('\n').map((line): Line => {
    const [, pid = '', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return [Number(pid), command];
  });
}

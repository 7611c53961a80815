import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The ids of the running processes whose command line contains `text`; a process that waits to be reaped has none. */
export async function processesMentioning(text: string): Promise<readonly number[]> {
  const lines = process.platform === 'linux' ? await fromProc() : await fromPs();
  return lines.filter(([, command]) => command.includes(text)).map(([pid]) => pid);
}

/** The command lines of running processes whose environment holds `text` (Linux only; elsewhere nothing is found). */
export async function commandsMarked(text: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = pids.map(async (pid) => {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!environment.includes(text)) return '';
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim();
  });
  return (await Promise.all(found)).filter((command) => command !== '');
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

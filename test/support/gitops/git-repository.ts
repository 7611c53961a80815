import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../../verbs/run-command.ts';

/** Nothing of the user's: neither settings nor hooks nor a signature. */
const NOBODYS = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'somebody',
  GIT_AUTHOR_EMAIL: 'somebody@example.com',
  GIT_COMMITTER_NAME: 'somebody',
  GIT_COMMITTER_EMAIL: 'somebody@example.com',
};

/** A Git repository on disk with one branch, `main`. */
export class GitRepository {
  readonly url: string;
  readonly #directory: string;

  static async create(): Promise<GitRepository> {
    const repository = new GitRepository(await mkdtemp(join(tmpdir(), 'code-git-')));
    await repository.#git('init', '--quiet', '--initial-branch=main');
    return repository;
  }

  private constructor(directory: string) {
    this.#directory = directory;
    this.url = `file://${directory}`;
  }

  /** Commits the object as the file, over what was there; undefined removes the file. The commit's name. */
  async commit(path: string, object: object | undefined): Promise<string> {
    const file = join(this.#directory, path);
    await mkdir(dirname(file), { recursive: true });
    if (object === undefined) await rm(file);
    // JSON is YAML.
    else await writeFile(file, JSON.stringify(object, null, 2));
    await this.#git('add', '--all');
    await this.#git('commit', '--quiet', '--message', path);
    return (await this.#git('rev-parse', 'HEAD')).trim();
  }

  /** The files of the last commit as a tar.gz. */
  async archive(): Promise<Buffer> {
    const file = join(this.#directory, '.git', 'archive.tar.gz');
    await this.#git('archive', '--format=tar.gz', `--output=${file}`, 'HEAD');
    return readFile(file);
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }

  async #git(...parameters: readonly string[]): Promise<string> {
    const options = { cwd: this.#directory, env: NOBODYS, output: 'collect' } as const;
    const { code, output } = await runCommand('git', parameters, options);
    if (code !== 0) throw new Error(`git ${parameters.join(' ')} failed: ${output}`);
    return output;
  }
}

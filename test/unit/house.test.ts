import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { assert } from 'chai';
import { projectRoot } from '../verbs/project.ts';

/**
 * The house rules (architecture.md): who may import whom is read from the table of operator/README.md, and every folder
 * keeps its promises to the next one who adds a step, a tool or an adapter.
 */
const operator = join(projectRoot, 'operator');

interface Room {
  readonly name: string;
  readonly mayImport: readonly string[];
  readonly npm: boolean;
}

/** The one file of a folder that may import what its folder may not. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'runtime/dot-i.ts': '@dot-i/k8s-operator',
  'servers/protocol.ts': '@modelcontextprotocol/',
};

describe('the house', () => {
  const rooms = readTable();
  const files = sources(operator);

  it('has a room for every file', () => {
    const strangers = files.filter((file) => roomOf(file, rooms) === undefined);
    assert.deepEqual(strangers, []);
  });

  it('lets imports point one way', () => {
    const wrong = files.flatMap((file) => {
      const room = roomOf(file, rooms);
      return importsOf(file)
        .filter((target) => target.startsWith('.'))
        .map((target) => relative(operator, join(operator, dirname(file), target)))
        .filter((target) => !mayReach(file, target, room, rooms))
        .map((target) => `${file} imports ${target}`);
    });
    assert.deepEqual(wrong, []);
  });

  it('lets only hands and main import packages', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !target.startsWith('.') && !target.startsWith('node:'))
        .filter((target) => !roomOf(file, rooms)?.npm && !isException(file, target))
        .map((target) => `${file} imports ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('reads the environment and ends the process in one place each; the plugin is a process of its own', () => {
    const readers = files.filter((file) => code(file).includes('process.env'));
    const enders = files.filter((file) => /process\.exit\(/.test(code(file)));
    assert.deepEqual({ readers, enders }, { readers: ['cli/main.ts', 'main.ts'], enders: ['main.ts'] });
  });

  it('keeps clocks, randomness and waiting out of the pure rooms', () => {
    const pure = files.filter(
      (file) => /^(api|core)\//.test(file) || /^controllers\/.*\/(steps|build|rollout)\//.test(file),
    );
    const impure = pure.filter((file) =>
      /Date\.now\(|new Date\(\)|Math\.random|\bawait\b|setTimeout|\bprocess\.\w+\(/.test(code(file)),
    );
    assert.deepEqual(impure, []);
  });

  it('gives every step its policy, its policy test and its unit test', () => {
    const missing = stepFiles(files).flatMap(({ room, step }) => {
      const rego = join('config', 'policies', room, step);
      const wanted = [`${rego}.rego`, `${rego}_test.rego`].filter((path) => !exists(join(projectRoot, path)));
      const tested = sources(join(projectRoot, 'test', 'unit')).some(
        (path) => path.includes(room) || path.includes(step),
      );
      return tested ? wanted : [...wanted, `a unit test of ${room}/${step}`];
    });
    assert.deepEqual(missing, []);
  });

  it('lists every tool and every provider in the index beside it', () => {
    const missing = [...folders('servers'), 'adapters/experts'].flatMap((folder) => {
      const index = readFileSync(join(operator, folder, 'index.ts'), 'utf8');
      return files
        .filter((file) => dirname(file) === folder && !file.endsWith('index.ts'))
        .filter((file) => /export const \w+(: ExpertProvider)? = (tool|\{)/.test(code(file)))
        .filter((file) => !index.includes(`./${file.slice(folder.length + 1)}`));
    });
    assert.deepEqual(missing, []);
  });
});

function readTable(): readonly Room[] {
  const text = readFileSync(join(operator, 'README.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([^`]+)` \|[^|]+\|([^|]*)\|([^|]+)\|$/gm)];
  return rows.map(([, name = '', may = '', npm = '']) => ({
    name: name.replace(/\/$/, ''),
    mayImport: may
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
    npm: npm.trim() === 'yes',
  }));
}

function roomOf(file: string, rooms: readonly Room[]): Room | undefined {
  return rooms.find(({ name }) => file === name || file.startsWith(`${name}/`));
}

function mayReach(file: string, target: string, room: Room | undefined, rooms: readonly Room[]): boolean {
  const goal = roomOf(target, rooms);
  if (room === undefined || goal === undefined) return false;
  if (room.name === goal.name) return staysInside(file, target, room.name);
  const isGranted = (path: string): boolean => target === path || target.startsWith(`${path}/`);
  return room.mayImport.includes('everything') || room.mayImport.some(isGranted);
}

/** Rooms of controllers and folders of adapters never see each other; nor do two servers. */
function staysInside(file: string, target: string, room: string): boolean {
  if (room !== 'controllers' && room !== 'adapters' && room !== 'servers') return true;
  const [, own = '', ownRest] = file.split('/');
  const [, other = '', otherRest] = target.split('/');
  return ownRest === undefined || otherRest === undefined || own === other;
}

function isException(file: string, target: string): boolean {
  const allowed = EXCEPTIONS[file];
  return allowed !== undefined && target.startsWith(allowed);
}

function importsOf(file: string): readonly string[] {
  return [...code(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => target);
}

function stepFiles(files: readonly string[]) {
  return files.flatMap((file) => {
    const [, room, step] = /^controllers\/([^/]+)\/(?:steps|teardown)\/([^/]+)\.ts$/.exec(file) ?? [];
    return room === undefined || step === undefined ? [] : [{ room, step }];
  });
}

function folders(parent: string): readonly string[] {
  return readdirSync(join(operator, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`);
}

function sources(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.includes('generated'))
    .sort();
}

/** The text of a source file without its comments. */
function code(file: string): string {
  return readFileSync(join(operator, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

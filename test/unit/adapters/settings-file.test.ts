import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { readSettingsFile } from '../../../operator/adapters/settings-file.ts';
import { thrownBy } from '../../support/thrown-by.ts';

describe('a settings file', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'code-settings-'));
  });
  after(() => rm(directory, { recursive: true }));

  const file = async (content: string) => {
    const path = join(directory, 'settings.yaml');
    await writeFile(path, content);
    return path;
  };
  const refused = async (path: string) => {
    const { reason, message } = await thrownBy(readSettingsFile(path));
    assert.equal(reason, 'SettingsUnreadable');
    assert.include(message, `the settings file ${path} cannot be read: `);
    return message;
  };

  it('is YAML, or JSON', async () => {
    assert.deepEqual(await readSettingsFile(await file('http:\n  port: 9000\n')), { http: { port: 9000 } });
    assert.deepEqual(await readSettingsFile(await file('{"http": {"port": 9000}}')), { http: { port: 9000 } });
    assert.isNull(await readSettingsFile(await file('')));
  });

  it('that is missing, broken, too large or full of aliases is named with its trouble', async () => {
    assert.include(await refused(join(directory, 'none.yaml')), 'ENOENT');
    await refused(await file('a: [1'));
    assert.include(await refused(await file(`a: ${'x'.repeat(300_000)}`)), 'larger than 262144 bytes');
    await refused(await file('a: &a [1, 1]\nb: *a\n'));
  });
});

/**
 * A text of kubectl with everything that differs from run to run replaced: the same hash is the same mask, so that it still
 * shows what belongs together. `names` are the test's own, by what to write for them.
 */
export function masked(text: string, names: Readonly<Record<string, string>> = {}): string {
  const seen = new Map<string, string>();
  const numbered = (kind: string) => (found: string) => {
    const known =
      seen.get(found) ?? `<${kind}-${[...seen.values()].filter((mask) => mask.startsWith(`<${kind}-`)).length + 1}>`;
    seen.set(found, known);
    return known;
  };
  const named = Object.entries(names).reduce((told, [name, mask]) => told.replaceAll(name, mask), text);
  return named
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replace(/\b\d\d:\d\d:\d\d\b/g, '<time>')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>')
    .replace(/(?<!sha256:)\b[0-9a-f]{64}\b/g, numbered('digest'))
    .replace(/\b[0-9a-f]{32}\b/g, '<trace>')
    .replace(/\b[0-9a-f]{20}\b/g, '<decision>')
    .replace(/\b[0-9a-f]{10}\b/g, numbered('hash'))
    .replace(/(?<=<hash-\d+>-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '<pod>')
    .replace(/(?<=Resource Version: +)\d+/g, '<version>')
    .replace(/\b(\d+[smhd])+$/gm, '<age>')
    .replace(/(?<=\S) {2,}/g, '  ')
    .replace(/ +$/gm, '');
}

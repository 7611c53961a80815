import { eachContainer, type Rule } from './rule.ts';
import { at, list, text } from './workload.ts';

/** Names under which people keep credentials; `_FILE` names a path, which is the right way. */
const SECRET_NAME = /(?:^|_)(?:PASSWORD|PASSWD|PWD|TOKEN|SECRET|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;
/** Values that are credentials whatever their name. */
const SECRET_VALUE =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}\b|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.|\bxox[abprs]-[\w-]{10,}|:\/\/[^\s:/@]+:[^\s/@]+@/;

export const secrets: readonly Rule[] = [
  {
    id: 'secrets/in-environment',
    severity: 'high',
    remedy: 'keep it in a Secret and refer to it with valueFrom.secretKeyRef',
    check: eachContainer(({ spec, path, name }) =>
      list(spec['env']).flatMap((variable, index) => {
        const variableName = text(at(variable, ['name'])) ?? '';
        const value = text(at(variable, ['value'])) ?? '';
        if (value === '' || !(SECRET_NAME.test(variableName) || SECRET_VALUE.test(value))) return [];
        // The value itself is never repeated.
        return [
          {
            path: `${path}/env/${index}/value`,
            message: `container ${name} has a credential in variable ${variableName}`,
          },
        ];
      }),
    ),
  },
  {
    id: 'secrets/in-arguments',
    severity: 'high',
    remedy: 'keep it in a Secret, and read it from a variable or a file',
    check: eachContainer(({ spec, path, name }) =>
      ['command', 'args'].flatMap((field) =>
        list(spec[field]).flatMap((argument, index) =>
          SECRET_VALUE.test(text(argument) ?? '')
            ? [{ path: `${path}/${field}/${index}`, message: `container ${name} has a credential on its command line` }]
            : [],
        ),
      ),
    ),
  },
];

/*
 * Types, required and unknown fields. Two tools, because neither does all: the schemas of kubernetes-models
 * say what is missing or of a wrong type, and pass over fields that they do not know; TypeScript's `satisfies`
 * refuses those.
 */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { HERE, named } from './cluster.mjs';

const PACKAGES = { 'keda.sh': '@kubernetes-models/keda', 'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
    'postgresql.cnpg.io': '@kubernetes-models/cloudnative-pg', 'external-secrets.io': '@kubernetes-models/external-secrets' };

function moduleOf(object) {
    const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
    return `${PACKAGES[group] ?? 'kubernetes-models'}/${group ? `${group}/` : ''}${version}`;
}

export async function validate(docs) {
    const findings = [];
    for (const object of docs) {
        const add = what => findings.push({ rule: 'schema', where: named(object), what });
        try {
            const Kind = (await import(`${moduleOf(object)}/${object.kind}`))[object.kind];
            if (Kind)
                new Kind(object).validate();
            else
                add(`no kind ${object.kind} in ${object.apiVersion}`);
        } catch (error) {
            add(String(error.message).slice(0, 300));
        }
    }
    return findings;
}

/* For several sets at once, which share the compiler's work: {name: findings}. */
export function unknownFields(sets) {
    const files = new Map();
    for (const [name, docs] of Object.entries(sets)) {
        const lines = docs.flatMap((object, n) => [
            `import type { I${object.kind} as T${n} } from ${JSON.stringify(`${moduleOf(object)}/${object.kind}`)};`,
            `export const o${n} = ${JSON.stringify(object)} satisfies T${n};`]);
        const file = path.join(HERE, `checked-${name.replaceAll('/', '-')}.mts`);
        fs.writeFileSync(file, lines.join('\n'));
        files.set(file, name);
    }
    const program = ts.createProgram([...files.keys()], { noEmit: true, strict: true, skipLibCheck: true, types: [],
        target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext });
    const found = Object.fromEntries(Object.keys(sets).map(name => [name, []]));
    for (const file of files.keys()) {
        const source = program.getSourceFile(file);
        for (const one of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
            const n = Math.floor(source.getLineAndCharacterOfPosition(one.start ?? 0).line / 2);
            const what = ts.flattenDiagnosticMessageText(one.messageText, ' ');
            found[files.get(file)].push({ rule: 'unknown', where: named(sets[files.get(file)][n]), what: what.slice(-300) });
        }
    }
    return found;
}

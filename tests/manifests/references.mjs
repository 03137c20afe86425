/*
 * What names something else finds it: labels, ports, ConfigMaps, Secrets and their keys, accounts, hosts; and
 * who talks to whom is let through at both ends. [where, what], as in policy.mjs.
 */
import { configMaps, environment, isOurs, matches, named, portOf } from './cluster.mjs';

const isEmpty = selector => !Object.keys(selector?.matchLabels ?? {}).length && !(selector?.matchExpressions ?? []).length;
const chosen = (world, selector) => world.pods.filter(pod => matches(selector, pod.labels));

function selectors(world) {
    const wrong = [];
    const wants = (where, selector, what) => {
        if (!isEmpty(selector) && !chosen(world, selector).length)
            wrong.push([where, `${what} matches no pod: ${JSON.stringify(selector)}`]);
    };
    for (const object of world.docs) {
        const { spec } = object, where = named(object);
        if (object.kind === 'Deployment' && !matches(spec.selector, spec.template.metadata.labels ?? {}))
            wrong.push([where, 'its selector does not match its own pods']);
        if (object.kind === 'Service')
            wants(where, { matchLabels: spec.selector }, 'its selector');
        if (['PodDisruptionBudget', 'PodMonitor'].includes(object.kind))
            wants(where, spec.selector, 'its selector');
        for (const spread of spec?.template?.spec?.topologySpreadConstraints ?? [])
            if (!matches(spread.labelSelector, spec.template.metadata.labels))
                wrong.push([where, 'is spread by labels of others']);
        if (object.kind === 'NetworkPolicy' && world.isComplete) {
            wants(where, spec.podSelector, 'podSelector');
            for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
                for (const end of [...(rule.from ?? []), ...(rule.to ?? [])])
                    if (end.podSelector && !end.namespaceSelector)
                        wants(where, end.podSelector, 'podSelector of a rule');
        }
    }
    return wrong;
}

function ports(world) {
    const wrong = [];
    const wants = (where, pods, port) => {
        if (pods.length && !pods.some(pod => portOf(pod, port)))
            wrong.push([where, `port ${port} is no port of ${pods.map(pod => pod.name).join(', ')}`]);
    };
    for (const object of world.docs) {
        const { spec } = object, where = named(object);
        if (object.kind === 'Service')
            spec.ports.forEach(port => wants(where, chosen(world, { matchLabels: spec.selector }), port.targetPort ?? port.port));
        if (object.kind === 'PodMonitor')
            spec.podMetricsEndpoints.forEach(end => wants(where, chosen(world, spec.selector), end.port));
        if (object.kind === 'NetworkPolicy') {
            for (const rule of spec.ingress ?? [])
                (rule.ports ?? []).forEach(({ port }) => wants(where, chosen(world, spec.podSelector), port));
            for (const rule of spec.egress ?? [])
                for (const to of rule.to ?? [])
                    if (to.podSelector && !to.namespaceSelector)
                        (rule.ports ?? []).forEach(({ port }) => wants(where, chosen(world, to.podSelector), port));
        }
    }
    for (const pod of world.pods)
        for (const container of pod.containers)
            for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
                const how = container[probe]?.httpGet ?? container[probe]?.tcpSocket;
                if (how && !(container.ports ?? []).some(port => port.name === how.port || port.containerPort === how.port))
                    wrong.push([`${pod.name} ${container.name}`, `${probe}: no port ${how.port}`]);
            }
    return wrong;
}

function volumes(world) {
    const maps = configMaps(world.docs), wrong = [];
    const secret = (where, name, keys = []) => {
        if (!world.secrets.has(name)) {
            if (world.isComplete)
                wrong.push([where, `no Secret ${name}`]);
            return;
        }
        const known = world.secrets.get(name);
        keys.filter(key => known && !known.has(key)).forEach(key => wrong.push([where, `Secret ${name} has no key ${key}`]));
    };
    const configMap = (where, name, keys = []) => {
        if (!maps.has(name))
            wrong.push([where, `no ConfigMap ${name}`]);
        else
            keys.filter(key => !(key in maps.get(name))).forEach(key => wrong.push([where, `ConfigMap ${name} has no key ${key}`]));
    };
    const keys = items => (items ?? []).map(item => item.key);
    for (const pod of world.pods.filter(pod => pod.spec)) {
        for (const volume of pod.spec.volumes ?? []) {
            const sources = volume.projected?.sources ?? [volume];
            for (const source of sources) {
                if (source.secret)
                    secret(pod.name, source.secret.secretName ?? source.secret.name, keys(source.secret.items));
                if (source.configMap)
                    configMap(pod.name, source.configMap.name, keys(source.configMap.items));
            }
        }
        for (const container of pod.containers) {
            const there = new Set((pod.spec.volumes ?? []).map(volume => volume.name));
            const mounts = container.volumeMounts ?? [];
            mounts.filter(mount => !there.has(mount.name)).forEach(mount => wrong.push([pod.name, `no volume ${mount.name}`]));
            mounts.filter(mount => mounts.some(other => mount !== other && mount.mountPath.startsWith(`${other.mountPath}/`)))
                .forEach(mount => wrong.push([pod.name, `${mount.mountPath} lies in another volume, which cannot hold it`]));
            (container.envFrom ?? []).forEach(({ configMapRef }) => configMapRef && configMap(pod.name, configMapRef.name));
        }
    }
    for (const object of world.docs.filter(one => one.kind === 'Cluster'))
        for (const role of object.spec.managed?.roles ?? [])
            secret(`${named(object)} ${role.name}`, role.passwordSecret.name, ['username', 'password']);
    for (const object of world.docs.filter(one => one.kind === 'TriggerAuthentication'))
        object.spec.secretTargetRef.forEach(one => secret(named(object), one.name, [one.key]));
    for (const object of world.docs.filter(one => one.kind === 'Cluster'))
        for (const far of object.spec.externalClusters ?? [])
            [far.sslKey, far.sslCert, far.sslRootCert].filter(Boolean).forEach(one => secret(named(object), one.name, [one.key]));
    return wrong;
}

/* Files that settings name lie in a mounted volume, and the volume holds them. */
function files(world) {
    const maps = configMaps(world.docs), wrong = [];
    const holds = (pod, container, path) => {
        const mount = (container.volumeMounts ?? []).find(one => path.startsWith(`${one.mountPath}/`));
        const volume = mount && pod.spec.volumes.find(one => one.name === mount.name);
        if (!volume)
            return false;
        const name = path.slice(mount.mountPath.length + 1);
        const keysOf = source => source.secret
            ? source.secret.items?.map(item => item.path) ?? [...(world.secrets.get(source.secret.secretName ?? source.secret.name) ?? [name])]
            : source.configMap ? source.configMap.items?.map(item => item.path) ?? Object.keys(maps.get(source.configMap.name) ?? {}) : [];
        return (volume.projected?.sources ?? [volume]).some(source => keysOf(source).includes(name));
    };
    for (const pod of world.pods.filter(one => one.spec))
        for (const container of pod.containers.filter(isOurs)) {
            const settings = world.settings(container);
            const section = container.command?.[0]?.replace('carteiro-', '');
            const paths = Object.entries(settings).filter(([key, value]) => key.endsWith('_file') && value &&
                (key.startsWith(`${section}.`) || key === 'database.password_file' || (section === 'sender' && key === 'redis.password_file')))
                .map(([, value]) => value);
            for (const { name, value = '' } of environment(container, world.docs))
                if (name.endsWith('_FILE'))
                    paths.push(value);
                else
                    paths.push(...[.../sslrootcert=([^&]+)/g[Symbol.matchAll](value)].map(found => found[1]));
            const argument = container.args?.indexOf('--config') ?? -1;
            if (argument >= 0)
                paths.push(container.args[argument + 1]);
            [...new Set(paths)].filter(path => !holds(pod, container, path))
                .forEach(path => wrong.push([`${pod.name} ${container.name}`, `${path} is in no volume of it`]));
        }
    return wrong;
}

function targets(world) {
    const has = (kind, name) => world.docs.some(object => object.kind === kind && object.metadata.name === name);
    const wrong = [];
    for (const pod of world.pods.filter(one => one.spec))
        if (!has('ServiceAccount', pod.spec.serviceAccountName))
            wrong.push([pod.name, `no ServiceAccount ${pod.spec.serviceAccountName}`]);
    for (const object of world.docs) {
        const target = object.spec?.scaleTargetRef;
        if (target && !has(target.kind ?? 'Deployment', target.name))
            wrong.push([named(object), `scales ${target.name}, which is not there`]);
        for (const metric of object.kind === 'HorizontalPodAutoscaler' ? object.spec.metrics : []) {
            const name = metric.containerResource?.container;
            if (name && !world.pods.some(pod => pod.object.metadata.name === target.name && pod.containers.some(one => one.name === name)))
                wrong.push([named(object), `no container ${name}`]);
        }
        for (const trigger of object.kind === 'ScaledObject' ? object.spec.triggers : [])
            if (trigger.authenticationRef && !has('TriggerAuthentication', trigger.authenticationRef.name))
                wrong.push([named(object), `no TriggerAuthentication ${trigger.authenticationRef.name}`]);
        for (const rule of object.kind === 'Ingress' ? object.spec.rules : [])
            for (const { backend } of rule.http.paths)
                if (!world.services.get(backend.service.name)?.ports.some(port => port.name === backend.service.port.name))
                    wrong.push([named(object), `no Service ${backend.service.name} with port ${backend.service.port.name}`]);
    }
    return wrong;
}

/* [pod, host, port] of everything that settings and stunnel tell a pod to talk to. */
function talks(world) {
    const maps = configMaps(world.docs), found = [];
    const defaults = { postgresql: 5432, redis: 6379, http: 80, https: 443 };
    for (const pod of world.pods.filter(one => one.spec))
        for (const container of pod.containers)
            for (const { name, value = '' } of environment(container, world.docs)) {
                const url = /^(\w+):\/\/(?:[^/@]*@)?([^/:?]+)(?::(\d+))?/.exec(value);
                const isAsked = !/SIMULATOR/.test(name) || container.command?.[0] === 'carteiro-simulator';
                const isSent = !/WHATSAPP/.test(name) || container.command?.[0] === 'carteiro-sender';
                if (url && isAsked && isSent)
                    found.push([pod, url[2], Number(url[3] ?? defaults[url[1]])]);
                if (name === 'PGHOST')
                    found.push([pod, value, 5432]);
            }
    for (const [name, data] of maps) {
        const user = world.pods.find(pod => pod.spec?.volumes?.some(volume => volume.configMap?.name === name));
        const connect = /^connect = ([^:\s]+):(\d+)/m.exec(data['stunnel.conf'] ?? '');
        if (connect)
            found.push([user, connect[1], Number(connect[2])]);
    }
    return found;
}

function allows(world, policy, rules, end, peer, target, port) {
    return (policy.spec[rules] ?? []).some(rule =>
        (!rule.ports || rule.ports.some(one => one.port === port || portOf(target, one.port) === port)) &&
        (!rule[end] || rule[end].some(one => (peer ? one.podSelector && !one.namespaceSelector && matches(one.podSelector, peer.labels) : one.ipBlock))));
}

/* Each of them exists and is let through: out of the one, and into the other. */
function edges(world) {
    const policies = world.docs.filter(object => object.kind === 'NetworkPolicy');
    const wrong = [];
    for (const [pod, host, port] of world.isComplete ? talks(world) : []) {
        const own = policies.filter(policy => matches(policy.spec.podSelector, pod.labels));
        if (host === '127.0.0.1') {
            const isThere = [...configMaps(world.docs).values()].some(data => (data['stunnel.conf'] ?? '').includes(`accept = 127.0.0.1:${port}\n`));
            if (!isThere || !pod.containers.some(container => /stunnel/.test(container.image)))
                wrong.push([pod.name, `nothing listens at 127.0.0.1:${port} in it`]);
            continue;
        }
        if (host.includes('.') && !host.endsWith('.svc')) {
            if (!own.some(policy => allows(world, policy, 'egress', 'to', null, pod, port)))
                wrong.push([pod.name, `is not let out to ${host}:${port}`]);
            continue;
        }
        const service = world.services.get(host.split('.')[0]);
        const entry = service?.ports.find(one => one.port === port);
        if (!entry) {
            wrong.push([pod.name, `no Service ${host} with port ${port}`]);
            continue;
        }
        for (const target of chosen(world, { matchLabels: service.selector })) {
            const inner = portOf(target, entry.targetPort);
            if (!own.some(policy => allows(world, policy, 'egress', 'to', target, target, inner)))
                wrong.push([pod.name, `is not let out to ${target.name} port ${inner}`]);
            if (!policies.some(policy => matches(policy.spec.podSelector, target.labels) && allows(world, policy, 'ingress', 'from', pod, target, inner)))
                wrong.push([target.name, `does not let ${pod.name} in at port ${inner}`]);
        }
    }
    return wrong;
}

/* A ConfigMap that is read at the start has the hash of its content in its name: a change is a rollout. */
function hashed(world) {
    return world.pods.filter(pod => pod.spec).flatMap(pod => [
        ...(pod.spec.volumes ?? []).map(volume => volume.configMap?.name),
        ...pod.containers.flatMap(container => (container.envFrom ?? []).map(one => one.configMapRef?.name))]
        .filter(name => name && !/-[0-9a-z]{10}$/.test(name)).map(name => [pod.name, `ConfigMap ${name} has no hash in its name`]));
}

export const REFERENCES = { selectors, ports, volumes, files, targets, edges, hashed };

/*
 * Our own rules for what runs: each a function of a world {docs, pods, source, isComplete, isProd, isDev} that
 * returns what is wrong as [where, what].
 */
import { environment, isOurs, matches, named, configMaps } from './cluster.mjs';

const workloads = world => world.pods.filter(pod => pod.spec);
const running = world => workloads(world).filter(pod => pod.kind === 'Deployment');
const eachContainer = (world, fn) => workloads(world).flatMap(pod =>
    pod.containers.flatMap(container => fn(container, pod).map(what => [`${pod.name} ${container.name}`, what])));
const VOLUMES = ['configMap', 'secret', 'projected', 'emptyDir', 'downwardAPI', 'persistentVolumeClaim', 'csi', 'ephemeral'];

function podRestricted(world) {
    return workloads(world).flatMap(pod => {
        const { spec } = pod, security = spec.securityContext ?? {}, wrong = [];
        if (security.runAsNonRoot !== true || !(security.runAsUser > 0))
            wrong.push('runAsNonRoot and a user that is not 0');
        if (security.seccompProfile?.type !== 'RuntimeDefault')
            wrong.push('seccompProfile RuntimeDefault');
        if (spec.hostNetwork || spec.hostPID || spec.hostIPC)
            wrong.push('nothing of the host');
        for (const volume of spec.volumes ?? [])
            if (!Object.keys(volume).every(key => key === 'name' || VOLUMES.includes(key)))
                wrong.push(`volume ${volume.name} of a kind that restricted forbids`);
        return wrong.map(what => [pod.name, `wants ${what}`]);
    });
}

function containerRestricted(world) {
    return eachContainer(world, container => {
        const security = container.securityContext ?? {}, wrong = [];
        if (security.allowPrivilegeEscalation !== false)
            wrong.push('allowPrivilegeEscalation is not false');
        if (security.readOnlyRootFilesystem !== true)
            wrong.push('its root is not read-only');
        if (!security.capabilities?.drop?.includes('ALL') || security.capabilities.add)
            wrong.push('it keeps capabilities');
        if (security.privileged || security.runAsUser === 0 || security.runAsNonRoot === false)
            wrong.push('privileged, or root');
        if ((container.ports ?? []).some(port => port.hostPort))
            wrong.push('it takes a port of the host');
        return wrong;
    });
}

function namespaceRestricted(world) {
    const spaces = world.docs.filter(object => object.kind === 'Namespace');
    const bad = spaces.filter(object => ['enforce', 'warn', 'audit'].some(mode =>
        object.metadata.labels?.[`pod-security.kubernetes.io/${mode}`] !== 'restricted'));
    const name = spaces[0]?.metadata.name;
    const elsewhere = world.isComplete ? world.docs.filter(object => object.kind !== 'Namespace' && object.metadata.namespace !== name) : [];
    return [...(spaces.length === 1 ? [] : [['Namespace', 'one, and no other']]),
        ...bad.map(object => [named(object), 'Pod Security is not restricted']),
        ...elsewhere.map(object => [named(object), `is not in namespace ${name}`])];
}

function noToken(world) {
    return [...workloads(world).filter(pod => pod.spec.automountServiceAccountToken !== false)
        .map(pod => [pod.name, 'gets a token of the Kubernetes API']),
    ...world.docs.filter(object => object.kind === 'ServiceAccount' && object.automountServiceAccountToken !== false)
        .map(object => [named(object), 'gives tokens'])];
}

function probesPresent(world) {
    return running(world).flatMap(pod => pod.containers.flatMap(container => {
        const isSidecar = pod.spec.initContainers?.includes(container);
        const wanted = ['startupProbe', 'livenessProbe', ...(isSidecar ? [] : ['readinessProbe'])];
        return wanted.filter(probe => !container[probe]).map(probe => [`${pod.name} ${container.name}`, `has no ${probe}`]);
    }));
}

/* Liveness asks the process itself, and nothing that it depends on. */
function livenessAlone(world) {
    return running(world).flatMap(pod => pod.containers.flatMap(container => {
        const where = `${pod.name} ${container.name}`, wrong = [];
        for (const probe of ['startupProbe', 'livenessProbe']) {
            const how = container[probe] ?? {};
            if (isOurs(container) && (how.httpGet?.path !== '/healthz' || how.httpGet?.port !== 'metrics'))
                wrong.push([where, `${probe} is not /healthz of the port metrics`]);
            if (how.httpGet?.host || how.tcpSocket?.host)
                wrong.push([where, `${probe} asks another host`]);
            const words = (how.exec?.command ?? []).join(' ');
            if (/\/dev\/tcp\/(?!127\.0\.0\.1\/)|\bping\b|psql|redis-cli/.test(words))
                wrong.push([where, `${probe} asks something else than itself`]);
        }
        if (isOurs(container) && container.readinessProbe && container.readinessProbe.httpGet?.path !== '/readyz')
            wrong.push([where, 'readinessProbe is not /readyz']);
        return wrong;
    }));
}

/* What the processes know as grace_s, and what Kubernetes gives them. */
function grace(world) {
    return running(world).flatMap(pod => {
        const container = pod.containers.find(isOurs);
        const section = container?.command?.[0]?.replace('carteiro-', '');
        const given = pod.spec.terminationGracePeriodSeconds;
        if (!given)
            return [[pod.name, 'has no terminationGracePeriodSeconds']];
        if (!container || section === 'simulator')
            return [];
        const values = world.settings(container), wrong = [];
        const before = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
        if (given < values[`${section}.grace_s`] + before)
            wrong.push([pod.name, `terminationGracePeriodSeconds ${given} < ${section}.grace_s ${values[`${section}.grace_s`]} + preStop ${before}`]);
        if (section === 'sender' && values['sender.grace_s'] - 5 <= values['sender.post_s'])
            wrong.push([pod.name, 'sender.grace_s leaves less than sender.post_s for the longest send']);
        if (section === 'gateway' && !before)
            wrong.push([pod.name, 'no preStop: it would be gone before the Ingress knows']);
        return wrong;
    });
}

function resources(world) {
    return eachContainer(world, container => {
        const { requests = {}, limits = {} } = container.resources ?? {}, wrong = [];
        if (!requests.cpu || !requests.memory)
            wrong.push('asks for no cpu or memory');
        if (!limits.memory || limits.memory !== requests.memory)
            wrong.push('its memory has no limit, or one that is not what it asks for');
        return wrong;
    });
}

function images(world) {
    return eachContainer(world, ({ image = '' }) => {
        const tag = /:([^:/@]+)$/.exec(image)?.[1], isDigest = /@sha256:[0-9a-f]{64}$/.test(image);
        if (world.isProd && !isDigest)
            return [`image ${image} is not named by its digest`];
        return isDigest || (tag && tag !== 'latest') ? [] : [`image ${image} may be another one tomorrow`];
    });
}

const SECRET_NAME = /PASSWORD|TOKEN|SECRET|APP_KEY|NUMBERS/;
const PASSWORD_IN_URL = /:\/\/[^/@\s]*:[^/@\s]+@/;

function noSecretInEnvironment(world) {
    return eachContainer(world, container => {
        const wrong = [];
        for (const { secretRef } of container.envFrom ?? [])
            if (secretRef)
                wrong.push(`all of Secret ${secretRef.name} is in its environment`);
        for (const { name, value = '', valueFrom } of environment(container, world.docs)) {
            if (valueFrom?.secretKeyRef)
                wrong.push(`${name} is a secret in its environment`);
            const isPath = name.endsWith('_FILE') && value.startsWith('/');
            if (PASSWORD_IN_URL.test(value) || (SECRET_NAME.test(name) && value && !isPath))
                wrong.push(`${name} looks like a secret in its environment`);
        }
        const words = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
        if (PASSWORD_IN_URL.test(words) || /--?(password|requirepass)[ =]/.test(words))
            wrong.push('a secret is on its command line');
        return wrong;
    });
}

function noSecretInConfigMap(world) {
    return [...configMaps(world.docs)].flatMap(([name, data]) => Object.entries(data)
        .filter(([key, value]) => PASSWORD_IN_URL.test(value) || /\bEAA[A-Za-z0-9]{8,}/.test(value) ||
            (SECRET_NAME.test(key) && value))
        .map(([key]) => [`ConfigMap/${name}`, `${key} looks like a secret`]));
}

function rotation(world) {
    return workloads(world).flatMap(pod => {
        const secret = new Set((pod.spec.volumes ?? []).filter(volume => volume.secret || volume.projected).map(volume => volume.name));
        const mounts = pod.containers.flatMap(container => container.volumeMounts ?? []);
        const open = (pod.spec.volumes ?? []).filter(volume => {
            const mode = (volume.secret ?? volume.projected)?.defaultMode;
            return secret.has(volume.name) && (mode === undefined || (mode & 0o007) !== 0);
        });
        return [...mounts.filter(mount => secret.has(mount.name) && mount.subPath).map(mount => [pod.name, `${mount.mountPath}: a subPath is never updated`]),
            ...mounts.filter(mount => secret.has(mount.name) && !mount.readOnly).map(mount => [pod.name, `${mount.mountPath} may be written`]),
            ...open.map(volume => [pod.name, `volume ${volume.name} can be read by everybody`])];
    });
}

function disruption(world) {
    const budgets = world.docs.filter(object => object.kind === 'PodDisruptionBudget');
    return running(world).flatMap(pod => {
        const mine = budgets.filter(budget => matches(budget.spec.selector, pod.labels));
        if (mine.length !== 1)
            return [[pod.name, `has ${mine.length} PodDisruptionBudgets instead of one`]];
        return mine[0].spec.maxUnavailable === 0 || mine[0].spec.minAvailable === '100%' ? [[pod.name, 'its budget lets no node be drained']] : [];
    });
}

function scaled(world) {
    const owners = world.docs.filter(object => ['ScaledObject', 'HorizontalPodAutoscaler'].includes(object.kind));
    return running(world).flatMap(pod => {
        const mine = owners.filter(owner => owner.spec.scaleTargetRef.name === pod.object.metadata.name);
        const { replicas, strategy } = pod.object.spec, wrong = [];
        if (mine.length > 1)
            wrong.push('two autoscalers pull at it');
        if (mine.length && replicas !== undefined)
            wrong.push('replicas is the autoscaler\'s: each apply would set it back');
        if (!mine.length && replicas === undefined)
            wrong.push('has neither replicas nor an autoscaler');
        if (replicas !== 1 && !(pod.spec.topologySpreadConstraints ?? []).length)
            wrong.push('is not spread over nodes and zones');
        if (replicas !== 1 && strategy?.rollingUpdate?.maxUnavailable !== 0)
            wrong.push('a rollout takes a pod away before the next one is ready');
        return wrong.map(what => [pod.name, what]);
    });
}

function denied(world) {
    const all = world.docs.filter(object => object.kind === 'NetworkPolicy' && !Object.keys(object.spec.podSelector ?? {}).length &&
        !object.spec.ingress && !object.spec.egress);
    return all.some(object => ['Ingress', 'Egress'].every(type => object.spec.policyTypes?.includes(type))) ? [] :
        [['NetworkPolicy', 'none denies everything to all pods']];
}

/* Outward only to public addresses: a cidr of everything leaves private ranges and metadata servers out. */
function outward(world) {
    return world.docs.filter(object => object.kind === 'NetworkPolicy').flatMap(object => {
        const isDatabase = world.pods.some(pod => pod.kind === 'Cluster' && matches(object.spec.podSelector, pod.labels));
        return (object.spec.egress ?? []).filter(rule => !isDatabase).flatMap(rule => [
            ...(rule.to?.length && rule.ports?.length ? [] : [[named(object), 'lets out to everywhere, or by each port']]),
            ...(rule.to ?? []).filter(to => to.ipBlock?.cidr === '0.0.0.0/0' && !['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16']
                .every(range => to.ipBlock.except?.includes(range))).map(() => [named(object), 'private ranges or the metadata server can be reached'])]);
    });
}

function publicPort(world) {
    const services = world.docs.filter(object => object.kind === 'Service');
    return [...services.filter(object => (object.spec.type ?? 'ClusterIP') !== 'ClusterIP').map(object => [named(object), 'is open to outside']),
        ...services.filter(object => object.spec.ports.some(port => port.targetPort === 'metrics' || port.targetPort === 9464))
            .map(object => [named(object), 'leads to the port metrics']),
        ...world.docs.filter(object => object.kind === 'Ingress').flatMap(object => object.spec.rules.flatMap(rule =>
            rule.http.paths.filter(({ backend }) => backend.service?.name !== 'carteiro-gateway' || backend.service.port.name !== 'http')
                .map(({ path }) => [named(object), `${path} does not lead to the gateway's port http`])))];
}

/* In dev nobody but the team may be written to; in prod nobody must be held by that. */
function onlyTo(world) {
    const sender = world.pods.find(pod => pod.labels['app.kubernetes.io/name'] === 'carteiro-sender');
    const container = sender?.containers.find(isOurs);
    const value = container && world.settings(container)['sender.only_to'];
    if (world.isDev && !value)
        return [[sender?.name ?? 'sender', 'sender.only_to is off']];
    return world.isProd && value ? [[sender.name, 'sender.only_to holds everybody else']] : [];
}

export const POLICY = { podRestricted, containerRestricted, namespaceRestricted, noToken, probesPresent, livenessAlone,
    grace, resources, images, noSecretInEnvironment, noSecretInConfigMap, rotation, disruption, scaled, denied, outward,
    publicPort, onlyTo };

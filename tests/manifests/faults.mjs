/*
 * One fault for each rule at least: planted into the documents of a set, it must be found by that rule, in
 * those words. A rule that finds nothing is worth nothing.
 */
const of = (docs, kind, name) => docs.find(one => one.kind === kind && one.metadata.name.replace(/-[0-9a-z]{10}$/, '') === name);
const deployment = (docs, name) => of(docs, 'Deployment', `carteiro-${name}`);
const pod = (docs, name) => deployment(docs, name).spec.template.spec;
const container = (docs, name) => pod(docs, name).containers[0];
const policy = (docs, name) => of(docs, 'NetworkPolicy', name);
const config = docs => docs.find(one => one.kind === 'ConfigMap' && one.data['carteiro.cfg']).data;
const isDeployment = one => one.kind === 'Deployment';

/* name, set, rule, what it must say, plant */
const rows = [
    ['a field of no schema in a container', 'prod', 'unknown', /Deployment\/carteiro-sender.*livenesProbe/s,
        docs => { container(docs, 'sender').livenesProbe = { httpGet: { port: 1 } }; }, isDeployment],
    ['a field of no schema in a Deployment', 'base', 'unknown', /replicass/, docs => { deployment(docs, 'planner').spec.replicass = 3; }, isDeployment],
    ['a field of no schema in a ScaledObject', 'prod', 'unknown', /pollInterval/,
        docs => { of(docs, 'ScaledObject', 'carteiro-sender').spec.pollInterval = 3; }, one => one.kind === 'ScaledObject'],
    ['a field of no schema in a Cluster', 'prod', 'unknown', /"instance"/,
        docs => { of(docs, 'Cluster', 'carteiro-pg').spec.instance = 3; }, one => one.kind === 'Cluster'],
    ['a field of no schema in a PodMonitor', 'prod', 'unknown', /podMetricEndpoints/,
        docs => { of(docs, 'PodMonitor', 'carteiro').spec.podMetricEndpoints = []; }, one => one.kind === 'PodMonitor'],
    ['a text where a number belongs', 'base', 'schema', /replicas/, docs => { deployment(docs, 'planner').spec.replicas = 'two'; }],
    ['a required field that is missing', 'base', 'schema', /selector/, docs => { delete deployment(docs, 'planner').spec.selector; }],
    ['a pod as root', 'prod', 'podRestricted', /carteiro-sender.*not 0/, docs => { pod(docs, 'sender').securityContext.runAsUser = 0; }],
    ['a pod without seccomp', 'prod', 'podRestricted', /seccomp/, docs => { delete pod(docs, 'sender').securityContext.seccompProfile; }],
    ['a folder of the host', 'prod', 'podRestricted', /volume host/, docs => { pod(docs, 'sender').volumes.push({ name: 'host', hostPath: { path: '/' } }); }],
    ['a root that may be written', 'prod', 'containerRestricted', /gateway.*read-only/, docs => { delete container(docs, 'gateway').securityContext.readOnlyRootFilesystem; }],
    ['a capability', 'prod', 'containerRestricted', /capabilities/, docs => { container(docs, 'gateway').securityContext.capabilities.add = ['NET_ADMIN']; }],
    ['a port of the host', 'prod', 'containerRestricted', /port of the host/, docs => { container(docs, 'gateway').ports[0].hostPort = 8080; }],
    ['a sidecar with more rights', 'prod', 'containerRestricted', /stunnel/, docs => { delete pod(docs, 'sender').initContainers[0].securityContext; }],
    ['a namespace that lets all pods in', 'prod', 'namespaceRestricted', /restricted/, docs => { of(docs, 'Namespace', 'carteiro').metadata.labels = {}; }],
    ['a token of the API', 'prod', 'noToken', /carteiro-planner/, docs => { delete pod(docs, 'planner').automountServiceAccountToken; }],
    ['a missing probe', 'prod', 'probesPresent', /carteiro-planner.*livenessProbe/, docs => { delete container(docs, 'planner').livenessProbe; }],
    ['a sidecar without probe', 'prod', 'probesPresent', /stunnel/, docs => { delete pod(docs, 'sender').initContainers[0].startupProbe; }],
    ['liveness by readiness', 'prod', 'livenessAlone', /sender.*\/healthz/, docs => { container(docs, 'sender').livenessProbe.httpGet.path = '/readyz'; }],
    ['liveness of a sidecar that asks Redis', 'prod', 'livenessAlone', /something else/,
        docs => { pod(docs, 'sender').initContainers[0].livenessProbe.exec.command = ['redis-cli', 'ping']; }],
    ['grace shorter than the sender knows', 'prod', 'grace', /30 < sender.grace_s 45/, docs => { pod(docs, 'sender').terminationGracePeriodSeconds = 30; }],
    ['a send that outlives the grace', 'prod', 'grace', /longest send/, docs => { config(docs)['carteiro.cfg'] = config(docs)['carteiro.cfg'].replace('post_s = 30', 'post_s = 40'); }],
    ['a gateway that is gone at once', 'prod', 'grace', /preStop/, docs => { delete container(docs, 'gateway').lifecycle; }],
    ['no limit of memory', 'prod', 'resources', /planner.*no limit/, docs => { delete container(docs, 'planner').resources.limits; }],
    ['image latest', 'base', 'images', /latest/, docs => { container(docs, 'planner').image = 'carteiro:latest'; }],
    ['image without a tag', 'dev', 'images', /may be another/, docs => { container(docs, 'planner').image = 'carteiro'; }],
    ['image by tag in prod', 'prod', 'images', /digest/, docs => { container(docs, 'planner').image = 'carteiro:0.1.0'; }],
    ['a secret in an environment variable', 'prod', 'noSecretInEnvironment', /META_ACCESS_TOKEN/,
        docs => { container(docs, 'sender').env.push({ name: 'META_ACCESS_TOKEN', valueFrom: { secretKeyRef: { name: 'carteiro-tokens', key: 'token' } } }); }],
    ['a password in a URL', 'prod', 'noSecretInEnvironment', /CARTEIRO_DATABASE_URL/,
        docs => { container(docs, 'planner').env[0].value = 'postgresql://login_planner:segredo@carteiro-pg-rw/carteiro'; }],
    ['all of a Secret in the environment', 'prod', 'noSecretInEnvironment', /all of Secret/, docs => { container(docs, 'sender').envFrom.push({ secretRef: { name: 'carteiro-redis' } }); }],
    ['a token in a ConfigMap', 'dev', 'noSecretInConfigMap', /META_ACCESS_TOKEN/, docs => { of(docs, 'ConfigMap', 'carteiro-ambiente').data.META_ACCESS_TOKEN = 'EAAabcdefghijk'; }],
    ['a secret by subPath', 'prod', 'rotation', /never updated/, docs => { container(docs, 'sender').volumeMounts.at(-1).subPath = 'token'; }],
    ['a secret that all may read', 'prod', 'rotation', /everybody/, docs => { pod(docs, 'gateway').volumes.find(one => one.secret).secret.defaultMode = 0o444; }],
    ['a Deployment without budget', 'prod', 'disruption', /carteiro-planner: has 0/, docs => { of(docs, 'PodDisruptionBudget', 'carteiro-planner').metadata.name = 'x';
        of(docs, 'PodDisruptionBudget', 'x').spec.selector.matchLabels = { 'app.kubernetes.io/name': 'x' }; }],
    ['replicas beside an autoscaler', 'hpa', 'scaled', /autoscaler's/, docs => { deployment(docs, 'sender').spec.replicas = 2; }],
    ['no spread', 'prod', 'scaled', /not spread/, docs => { delete pod(docs, 'gateway').topologySpreadConstraints; }],
    ['no policy that denies', 'prod', 'denied', /none denies/, docs => { policy(docs, 'nada').spec.policyTypes = ['Ingress']; }],
    ['outward to the metadata server', 'prod', 'outward', /metadata/, docs => { policy(docs, 'carteiro-sender').spec.egress[0].to[0].ipBlock.except = []; }],
    ['metrics behind a Service', 'prod', 'publicPort', /metrics/, docs => { of(docs, 'Service', 'carteiro-gateway').spec.ports[0].targetPort = 'metrics'; }],
    ['dev that writes to everybody', 'dev', 'onlyTo', /only_to is off/, docs => { delete of(docs, 'ConfigMap', 'carteiro-ambiente').data.CARTEIRO_SENDER_ONLY_TO; }],
    ['a Service that selects nothing', 'prod', 'selectors', /Service\/carteiro-gateway.*no pod/, docs => { of(docs, 'Service', 'carteiro-gateway').spec.selector = { 'app.kubernetes.io/name': 'gateway' }; }],
    ['a PodMonitor that selects nothing', 'prod', 'selectors', /PodMonitor/, docs => { of(docs, 'PodMonitor', 'carteiro').spec.selector.matchLabels = { app: 'carteiro' }; }],
    ['a NetworkPolicy that selects nothing', 'prod', 'selectors', /NetworkPolicy\/carteiro-gateway/, docs => { policy(docs, 'carteiro-gateway').spec.podSelector.matchLabels = { app: 'x' }; }],
    ['a port that nobody has', 'prod', 'ports', /port metricas/, docs => { of(docs, 'PodMonitor', 'carteiro').spec.podMetricsEndpoints[0].port = 'metricas'; }],
    ['a probe of a port that is not there', 'prod', 'ports', /no port 9000/, docs => { container(docs, 'planner').readinessProbe.httpGet.port = 9000; }],
    ['a Secret that nobody makes', 'prod', 'volumes', /no Secret carteiro-token$/, docs => { pod(docs, 'sender').volumes.find(one => one.name === 'tokens').secret.secretName = 'carteiro-token'; }],
    ['a key that its Secret does not have', 'prod', 'volumes', /no key senha/, docs => { pod(docs, 'planner').volumes.find(one => one.projected).projected.sources[0].secret.items[0].key = 'senha'; }],
    ['a volume within another', 'prod', 'volumes', /another volume/, docs => { container(docs, 'sender').volumeMounts[1].mountPath = '/etc/carteiro/config/senhas'; }],
    ['a file that no volume holds', 'prod', 'files', /senhas\/pg.crt/, docs => { const one = container(docs, 'sender').env.find(({ name }) => name === 'CARTEIRO_DATABASE_URL'); one.value = one.value.replace('pg-ca.crt', 'pg.crt'); }],
    ['a file of the configuration that no volume holds', 'prod', 'files', /segredo/, docs => { config(docs)['carteiro.cfg'] = config(docs)['carteiro.cfg'].replace('webhook/app_secret', 'webhook/segredo'); }],
    ['an autoscaler of nothing', 'prod', 'targets', /carteiro-senders/, docs => { of(docs, 'ScaledObject', 'carteiro-sender').spec.scaleTargetRef.name = 'carteiro-senders'; }],
    ['an account that is not there', 'prod', 'targets', /ServiceAccount sender/, docs => { pod(docs, 'sender').serviceAccountName = 'sender'; }],
    ['an Ingress to nothing', 'prod', 'targets', /no Service gateway/, docs => { of(docs, 'Ingress', 'carteiro-gateway').spec.rules[0].http.paths[0].backend.service.name = 'gateway'; }],
    ['a host that is not there', 'dev', 'edges', /no Service redis/, docs => { container(docs, 'sender').env.find(one => one.name === 'CARTEIRO_REDIS_URL').value = 'redis://carteiro@redis:6379'; }],
    ['a way out that is closed', 'dev', 'edges', /not let out to Deployment\/carteiro-redis/, docs => { policy(docs, 'carteiro-sender-redis').spec.egress[0].ports[0].port = 6380; }],
    ['a way in that is closed', 'prod', 'edges', /does not let Deployment\/carteiro-planner in/, docs => { policy(docs, 'carteiro-pg').spec.ingress[0].from[0].podSelector.matchExpressions[0].values.splice(1, 1); }],
    ['a sender without its stunnel', 'prod', 'edges', /127.0.0.1:6379/, docs => { pod(docs, 'sender').initContainers = []; }],
    ['a ConfigMap without hash', 'prod', 'hashed', /has no hash/, docs => { container(docs, 'sender').envFrom[0].configMapRef.name = 'carteiro-ambiente'; }],
    ['a key of no configuration', 'prod', 'configKeys', /sender.slot is no key/, docs => { config(docs)['carteiro.cfg'] = config(docs)['carteiro.cfg'].replace('slots =', 'slot ='); }],
    ['a variable that sets nothing', 'dev', 'configKeys', /CARTEIRO_SENDER_ONLYTO/, docs => { of(docs, 'ConfigMap', 'carteiro-ambiente').data.CARTEIRO_SENDER_ONLYTO = '+5511987650001'; }],
    ['a value that the program refuses', 'prod', 'configValues', /slots/, docs => { config(docs)['carteiro.cfg'] = config(docs)['carteiro.cfg'].replace('slots = 512', 'slots = 512000'); }],
    ['a program that is not there', 'prod', 'commands', /carteiro-worker/, docs => { container(docs, 'planner').command = ['carteiro-worker']; }],
    ['a role that is not there', 'prod', 'roles', /carteiro_senders/, docs => { of(docs, 'Cluster', 'carteiro-pg').spec.managed.roles[0].inRoles = ['carteiro_senders']; }],
    ['a login that nobody makes', 'prod', 'roles', /login_planejador/, docs => { container(docs, 'planner').env[0].value = container(docs, 'planner').env[0].value.replace('login_planner', 'login_planejador'); }],
    ['a function that does not exist', 'prod', 'scaler', /no such function/, docs => { of(docs, 'ScaledObject', 'carteiro-sender').spec.triggers[0].metadata.query = 'select carteiro.fila_enviaveis(10, 72, 100000)'; }],
    ['a function that the scaler may not call', 'prod', 'scaler', /may not call fila_lanes/, docs => { of(docs, 'ScaledObject', 'carteiro-sender').spec.triggers[0].metadata.query = 'select carteiro.fila_lanes()'; }],
    ['a rate that the senders do not have', 'prod', 'scaler', /senders with 72/, docs => { of(docs, 'ScaledObject', 'carteiro-sender').spec.triggers[0].metadata.query = 'select carteiro.fila_enviavel(10, 80, 100000)'; }],
    ['more senders than the count reaches', 'prod', 'scaler', /too few for 40/, docs => { of(docs, 'ScaledObject', 'carteiro-sender').spec.maxReplicaCount = 40; }],
    ['a Redis user that may do more', 'dev', 'redisUsers', /users.acl is not/, docs => { of(docs, 'Secret', 'carteiro-redis-acl').data['users.acl'] = Buffer.from('user carteiro on >so-para-teste-7 ~* +@all').toString('base64'); }],
    ['an alert on a metric that does not exist', 'prod', 'metrics', /carteiro_filas_mensagens/,
        docs => { of(docs, 'PrometheusRule', 'carteiro').spec.groups.push({ name: 'x', rules: [{ alert: 'X', expr: 'sum(carteiro_filas_mensagens) > 1' }] }); }],
    ['a panel on a metric that does not exist', 'prod', 'metrics', /carteiro_envio_total/,
        docs => { docs.push(dashboard({ expr: 'rate(carteiro_envio_total[5m])' })); }],
    ['a panel on a table that does not exist', 'prod', 'tables', /no fila_mensagem$/,
        docs => { docs.push(dashboard({ rawSql: 'with a as (select 1) select count(*) from a join fila_mensagem using (id)' })); }],
];

function dashboard(target) {
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'painel-x', labels: { grafana_dashboard: '1' } },
        data: { 'x.json': JSON.stringify({ panels: [{ targets: [target] }] }) } };
}

export const FAULTS = rows.map(([name, set, rule, says, plant, only]) => ({ name, set, rule, says, plant, only }));

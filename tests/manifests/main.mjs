/* Builds everything, asks every rule of everything, plants faults; says what was wrong, and how many. */
import { build, buildByKubectl, named, pods, secrets, services, TOP } from './cluster.mjs';
import { DASHBOARD_FAULTS, dashboardFiles, dashboardTypes } from './dashboards.mjs';
import { FAULTS } from './faults.mjs';
import { copies, NAMES, settingsOf } from './names.mjs';
import { POLICY } from './policy.mjs';
import { REFERENCES } from './references.mjs';
import { unknownFields, validate } from './schema.mjs';
import { source } from './source.mjs';

const RULES = { ...POLICY, ...REFERENCES, ...NAMES };
/* isComplete: everything it names must be in it; a base or a component alone leans on others. */
const SETS = [
    { name: 'base', folder: 'deploy/kubernetes/base' },
    { name: 'dev', folder: 'deploy/kubernetes/overlays/dev', isComplete: true, isDev: true },
    { name: 'prod', folder: 'deploy/kubernetes/overlays/prod', isComplete: true, isProd: true },
    { name: 'hpa', folder: 'tests/manifests/hpa' },
];
const facts = source();
let passed = 0, failed = 0, skipped = 0;

function test(name, problems) {
    if (!problems.length) {
        passed++;
        return;
    }
    failed++;
    console.log(`FAILED ${name}`);
    problems.forEach(problem => console.log(`    ${problem}`));
}

function worldOf(set, docs) {
    return { ...set, docs, pods: pods(docs), secrets: secrets(docs), services: services(docs), source: facts,
        settings: container => settingsOf(container, docs, facts) };
}

const say = findings => findings.map(({ where, what }) => `${where}: ${what}`);
const findings = (rule, world) => RULES[rule](world).map(([where, what]) => ({ rule, where, what }));

/* Of a fault: what its rule says of the changed documents. */
async function found(fault, world, unknown) {
    if (fault.rule === 'unknown')
        return unknown[`fault-${fault.name.replace(/\W+/g, '-')}`];
    return fault.rule === 'schema' ? validate(world.docs) : findings(fault.rule, world);
}

test('what deploy/kubernetes/sync writes is current', copies());
const built = new Map();
for (const set of SETS) {
    try {
        built.set(set.name, build(set.folder));
        test(`${set.name}: kustomize build`, []);
    } catch (error) {
        test(`${set.name}: kustomize build`, [String(error.stderr ?? error.message).trim().slice(0, 500)]);
    }
}

/* Objects of two builds that are not alike, whatever their order. */
function unlike(one, other) {
    const sorted = value => (value && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]))
        : Array.isArray(value) ? value.map(sorted) : value);
    const text = docs => new Map(docs.map(object => [named(object), JSON.stringify(sorted(object))]));
    const [left, right] = [text(one), text(other)];
    return [...new Set([...left.keys(), ...right.keys()])].filter(name => left.get(name) !== right.get(name))
        .map(name => `${name} is not the same by both`);
}

/* A second opinion: who says apply -k has kubectl's. */
for (const [name, docs] of built) {
    let problems;
    try {
        const other = buildByKubectl(SETS.find(set => set.name === name).folder);
        problems = other && unlike(docs, other);
    } catch (error) {
        problems = [String(error.stderr ?? error.message).trim().slice(0, 500)];
    }
    if (problems)
        test(`${name}: kubectl kustomize`, problems);
    else
        skipped++;
}

/* A fault changes a copy of one set's documents. */
const planted = FAULTS.filter(fault => built.has(fault.set)).map(fault => {
    const docs = structuredClone(built.get(fault.set));
    const isPlanted = fault.plant(docs) !== false;
    return { fault, docs, isPlanted };
});
test('every fault has its set', FAULTS.length === planted.length ? [] : ['some could not be planted']);
const typed = planted.filter(({ fault }) => fault.rule === 'unknown')
    .map(({ fault, docs }) => [`fault-${fault.name.replace(/\W+/g, '-')}`, docs.filter(one => fault.only(one))]);
const unknown = unknownFields({ ...Object.fromEntries(built), ...Object.fromEntries(typed) });

for (const set of SETS.filter(one => built.has(one.name))) {
    const world = worldOf(set, built.get(set.name));
    test(`${set.name}: types and required fields`, say(await validate(world.docs)));
    test(`${set.name}: unknown fields`, say(unknown[set.name]));
    for (const rule of Object.keys(RULES))
        test(`${set.name}: ${rule}`, say(findings(rule, world)));
}
for (const { fault, docs, isPlanted } of planted) {
    const set = SETS.find(one => one.name === fault.set);
    const what = isPlanted ? await found(fault, worldOf(set, docs), unknown) : [];
    const told = what.filter(one => fault.says.test(`${one.where}: ${one.what}`));
    test(`planted: ${fault.name}`, told.length ? [] : [`${fault.rule} did not find it; it said ${JSON.stringify(say(what))}`]);
}
const boards = dashboardFiles();
test('dashboards: types and unknown fields', Object.keys(boards).length ? dashboardTypes(boards) : ['there is none']);
for (const [name, says, plant] of DASHBOARD_FAULTS) {
    const board = structuredClone(boards['carteiro-fila.json']);
    plant(board);
    const what = dashboardTypes({ planted: board });
    test(`planted: ${name}`, what.some(one => says.test(one)) ? [] : [`it said ${JSON.stringify(what)}`]);
}
const idle = Object.keys(RULES).filter(rule => !FAULTS.some(fault => fault.rule === rule));
test('every rule has a fault that it finds', idle.map(rule => `${rule} has none`));
console.log(`${TOP}: ${[...built].map(([name, docs]) => `${name} ${docs.length}`).join(', ')} objects`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed ? 1 : 0);

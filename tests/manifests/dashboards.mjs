/*
 * deploy/grafana/dashboards held against the types of @grafana/schema: each dashboard, variable, row and
 * panel with the options and fields of its kind, by TypeScript's `satisfies`; a field that Grafana does not
 * know, or knows by another type, is refused.
 */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { HERE, TOP } from './cluster.mjs';

const RAW = './node_modules/@grafana/schema/dist/esm/raw';
const KINDS = { stat: 'Stat', timeseries: 'TimeSeries', table: 'Table', bargauge: 'BarGauge', barchart: 'BarChart',
    piechart: 'PieChart', heatmap: 'Heatmap' };
const WITH_FIELDS = ['timeseries', 'barchart', 'table', 'heatmap'];

/* JSON has words where the types have enums. Queries are the sources' own: not of the schema. */
const PROLOGUE = `
type Loose<T> = T extends string ? (string extends T ? string : \`\${T}\`) : T extends number ? number
    : T extends (infer U)[] ? Loose<U>[] : T extends object ? { [K in keyof T]: Loose<T[K]> } : T;
import type { Dashboard, FieldConfig, Panel, RowPanel, VariableModel } from '${RAW}/dashboard/x/dashboard_types.gen';
type Board = Omit<Loose<Dashboard>, 'panels' | 'templating'>;
type Variable = Loose<VariableModel>;
type PanelOf_row = Loose<RowPanel>;
type Common = Omit<Loose<Panel>, 'options' | 'targets' | 'fieldConfig'> & { targets: Record<string, unknown>[] };
type Fields<C> = { defaults: Omit<Loose<FieldConfig>, 'custom'> & { custom: C };
    overrides: { matcher: { id: string; options?: unknown }; properties: { id: string; value?: unknown }[] }[] };
`;

function kindOf(kind) {
    const custom = WITH_FIELDS.includes(kind) ? `Loose<Partial<${kind}.FieldConfig>>` : 'Record<string, never>';
    return `import type * as ${kind} from '${RAW}/composable/${kind}/panelcfg/x/${KINDS[kind]}PanelCfg_types.gen';
type PanelOf_${kind} = Common & { type: '${kind}'; options: Loose<Partial<${kind}.Options>>; fieldConfig: Fields<${custom}> };`;
}

/* {name: dashboard} -> what does not fit. */
export function dashboardTypes(boards) {
    const lines = [...PROLOGUE.trim().split('\n'), ...Object.keys(KINDS).flatMap(kind => kindOf(kind).split('\n'))];
    const where = new Map(), findings = [];
    const add = (name, type, value) => {
        where.set(lines.length, name);
        lines.push(`export const o${lines.length} = ${JSON.stringify(value)} satisfies ${type};`);
    };
    for (const [name, board] of Object.entries(boards)) {
        const { panels, templating, ...rest } = board;
        add(name, 'Board', rest);
        for (const { definition, allValue, ...variable } of templating.list) // definition: the source's; null: no value
            add(`${name}: ${variable.name}`, 'Variable', { ...variable, ...(allValue === null ? {} : { allValue }) });
        for (const panel of panels) {
            if (panel.type === 'row' || KINDS[panel.type])
                add(`${name}: ${panel.title}`, `PanelOf_${panel.type}`, panel);
            else
                findings.push(`${name}: ${panel.title}: no kind ${panel.type}`);
        }
    }
    const file = path.join(HERE, 'checked-dashboards.cts'); // the package's own files are named without their endings
    fs.writeFileSync(file, lines.join('\n'));
    const program = ts.createProgram([file], { noEmit: true, strict: true, skipLibCheck: true, types: [],
        target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext });
    const source = program.getSourceFile(file);
    for (const one of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
        const line = source.getLineAndCharacterOfPosition(one.start ?? 0).line;
        findings.push(`${where.get(line) ?? lines[line]}: ${ts.flattenDiagnosticMessageText(one.messageText, ' ').slice(-300)}`);
    }
    return findings;
}

export function dashboardFiles() {
    const folder = path.join(TOP, 'deploy/grafana/dashboards');
    return Object.fromEntries(fs.readdirSync(folder).filter(name => name.endsWith('.json'))
        .map(name => [name, JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'))]));
}

/* What must be refused: [name, words of the finding, how]. */
export const DASHBOARD_FAULTS = [
    ['a dashboard with a field that Grafana does not know', /colour/, board => { board.colour = 'red'; }],
    ['an option that a panel of that kind has not', /Vencida mais antiga/, board => {
        board.panels.find(panel => panel.type === 'stat').options.drawStyle = 'line'; }],
    ['a legend at a place that does not exist', /LegendPlacement/, board => {
        board.panels.find(panel => panel.type === 'timeseries').options.legend.placement = 'above'; }],
    ['a variable of an unknown type', /type/, board => { board.templating.list[0].type = 'guess'; }],
    ['a panel of an unknown kind', /no kind graph2/, board => { board.panels[1].type = 'graph2'; }],
];

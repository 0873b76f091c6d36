import type {
  Directive,
  FieldDefinition,
  ObjectType,
  Supergraph,
} from '@apollo/federation-internals';
import { ConfigError } from '@spyhop/platform/config';
import { LIVE_SPEC } from '@spyhop/platform/live-directives';
import { Kind, type SelectionNode, parse } from 'graphql';

/** How a subgraph wants a subscription of its to be served; see the directives' descriptions in the SDL. */
export interface LiveRules {
  conflate: { key: readonly SelectionNode[] | null; maxHz: number | null } | null;
  replayLast: boolean;
  splitBy: { argument: string; maxElements: number } | null;
  resumable: { argument: string; cursor: string } | null;
}

const NO_RULES: LiveRules = { conflate: null, replayLast: false, splitBy: null, resumable: null };

const known = new WeakMap<Supergraph, ReadonlyMap<string, LiveRules>>();

/** The rules of a subscription field. Throws ConfigError that names all directives that make no sense. */
export function liveRulesOf(supergraph: Supergraph, field: string): LiveRules {
  const rules = known.get(supergraph) ?? readLiveRules(supergraph);
  known.set(supergraph, rules);
  return rules.get(field) ?? NO_RULES;
}

/** Throws ConfigError that names all directives that make no sense. */
export const checkLiveRules = (supergraph: Supergraph): void => void readLiveRules(supergraph);

function readLiveRules({ schema }: Supergraph): ReadonlyMap<string, LiveRules> {
  const feature = schema.coreFeatures?.getByIdentity(LIVE_SPEC);
  const root = schema.schemaDefinition.rootType('subscription');
  const rules = new Map<string, LiveRules>();
  if (!feature || !root) return rules;
  const faults: string[] = [];
  for (const field of root.fields()) {
    const report = (directive: string, fault: string): void => {
      faults.push(`@${directive} on Subscription.${field.name}: ${fault}`);
    };
    const named = (name: string): Directive | undefined =>
      field.appliedDirectivesOf(feature.directiveNameInSchema(name))[0];
    rules.set(field.name, {
      conflate: conflateRule(named('conflate'), report),
      replayLast: named('replayLast') !== undefined,
      splitBy: splitRule(field, named('splitBy'), report),
      resumable: resumeRule(field, named('resumable'), report),
    });
    if (named('resumable') && ['conflate', 'replayLast', 'splitBy'].some(named)) {
      report('resumable', 'it goes with none of the other directives');
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return rules;
}

type Report = (directive: string, fault: string) => void;

function conflateRule(directive: Directive | undefined, report: Report): LiveRules['conflate'] {
  if (!directive) return null;
  const { key = null, maxHz = null } = directive.arguments(true) as {
    key?: string | null;
    maxHz?: number | null;
  };
  if (maxHz !== null && !(maxHz > 0)) report('conflate', 'maxHz must be above 0');
  const fields = key === null ? null : keySelections(key);
  if (fields?.length === 0) report('conflate', `key must name fields, not "${key}"`);
  return { key: fields, maxHz };
}

/** Empty for what is no selection of fields. */
export function keySelections(fields: string): readonly SelectionNode[] {
  try {
    const [parsed] = parse(`{${fields}}`, { noLocation: true }).definitions;
    if (parsed?.kind !== Kind.OPERATION_DEFINITION) return [];
    return parsed.selectionSet.selections.filter(({ kind }) => kind === Kind.FIELD);
  } catch {
    return [];
  }
}

function splitRule(
  field: FieldDefinition<ObjectType>,
  directive: Directive | undefined,
  report: Report,
): LiveRules['splitBy'] {
  if (!directive) return null;
  const rule = directive.arguments(true) as { argument: string; maxElements: number };
  const { argument, maxElements } = rule;
  const type = field.argument(argument)?.type;
  const list = type?.kind === 'NonNullType' ? type.ofType : type;
  if (list?.kind !== 'ListType') report('splitBy', `there is no list argument "${argument}"`);
  if (maxElements < 1) report('splitBy', 'maxElements must be at least 1');
  return { argument, maxElements };
}

const CURSOR_TYPES = ['ID', 'String'];

function resumeRule(
  field: FieldDefinition<ObjectType>,
  directive: Directive | undefined,
  report: Report,
): LiveRules['resumable'] {
  if (!directive) return null;
  const rule = directive.arguments(true) as { argument: string; cursor: string };
  const type = field.argument(rule.argument)?.type;
  if (type?.kind !== 'ScalarType' || !CURSOR_TYPES.includes(type.name)) {
    report('resumable', `there is no argument "${rule.argument}: ID"`);
  }
  const event = field.type?.kind === 'NonNullType' ? field.type.ofType : field.type;
  const cursor =
    event?.kind === 'ObjectType' || event?.kind === 'InterfaceType'
      ? event.field(rule.cursor)?.type
      : undefined;
  const scalar = cursor?.kind === 'NonNullType' ? cursor.ofType : cursor;
  if (scalar?.kind !== 'ScalarType' || !CURSOR_TYPES.includes(scalar.name)) {
    report('resumable', `events have no field "${rule.cursor}: ID!"`);
  }
  return rule;
}

import * as z from 'zod';
import { configSchema } from './schema.ts';

type Json = Record<string, unknown>;

const FROM_ENVIRONMENT = {
  description: 'A value from the environment.',
  type: 'string',
  pattern: String.raw`\$\{[A-Za-z_]\w*\}`,
};

/**
 * The JSON Schema (draft 2020-12) of tidemark.yaml, for editors. It comes from the same description
 * of the keys that `tidemark check` uses; what needs more than one key (names that must exist,
 * files that must be readable) only `tidemark check` can tell.
 */
export function configJsonSchema(): Json {
  const schema = forYaml(z.toJSONSchema(configSchema, { io: 'input' }));
  const { watches, ...properties } = schema.properties as Record<string, Json>;
  return {
    ...schema,
    properties: { ...properties, watches: { description: watches?.description, type: 'object' } },
    // What a watch must say may stand in the defaults.
    if: { required: ['watch_defaults'] },
    then: { properties: { watches: withoutRequired(watches ?? {}) } },
    else: { properties: { watches } },
    $defs: { environment: FROM_ENVIRONMENT },
  };
}

/** The same, with nothing but `source` needed: that tells lists of named sources from others. */
function withoutRequired(schema: Json): Json {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      if (key === 'required')
        return (value as string[]).includes('source') ? [[key, ['source']]] : [];
      if (Array.isArray(value) && key === 'anyOf')
        return [[key, (value as Json[]).map(withoutRequired)]];
      return key === 'additionalProperties' && typeof value === 'object' && value !== null
        ? [[key, withoutRequired(value as Json)]]
        : [[key, value]];
    }),
  );
}

/**
 * Adds what YAML allows: any value may be `${NAME}`, and a section may be there with nothing in it.
 */
function forYaml(schema: Json): Json {
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, nested(key, value)]),
  );
  if (schema.type === 'object')
    return schema.default === undefined ? inner : { ...inner, type: ['object', 'null'] };
  const isConstrained =
    ['pattern', 'enum', 'format'].some((key) => key in schema) ||
    ['integer', 'number', 'boolean'].includes(schema.type as string);
  if (!isConstrained) return inner;
  const { description, default: fallback, examples, ...constraint } = inner;
  const told = Object.entries({ description, default: fallback, examples }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...Object.fromEntries(told), anyOf: [constraint, { $ref: '#/$defs/environment' }] };
}

function nested(key: string, value: unknown): unknown {
  if (key === 'properties')
    return Object.fromEntries(
      Object.entries(value as Record<string, Json>).map(([name, schema]) => [
        name,
        forYaml(schema),
      ]),
    );
  if (key === 'items' || (key === 'additionalProperties' && typeof value === 'object'))
    return forYaml(value as Json);
  return key === 'anyOf' || (key === 'oneOf' && !isRequirement(value))
    ? (value as Json[]).map(forYaml)
    : value;
}

const isRequirement = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((branch: Json) => 'required' in branch && !('properties' in branch));

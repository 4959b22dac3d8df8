// How Delta lays out a checkpoint: a row for each action, in the column of its kind.
import type { ParquetWriter } from 'hyparquet-writer';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const leaf = (name: string, element: Omit<SchemaElement, 'name'>): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', ...element },
];
const text = (name: string) =>
  leaf(name, { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } });
const long = (name: string) => leaf(name, { type: 'INT64' });
const int = (name: string) => leaf(name, { type: 'INT32' });
const flag = (name: string) => leaf(name, { type: 'BOOLEAN' });
const struct = (name: string, ...fields: SchemaElement[][]): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', num_children: fields.length },
  ...fields.flat(),
];
const TEXT = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
} as const;
const map = (name: string): SchemaElement[] => [
  {
    name,
    repetition_type: 'OPTIONAL',
    num_children: 1,
    converted_type: 'MAP',
    logical_type: { type: 'MAP' },
  },
  { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
  { name: 'key', repetition_type: 'REQUIRED', ...TEXT },
  { name: 'value', repetition_type: 'OPTIONAL', ...TEXT },
];
const list = (name: string): SchemaElement[] => [
  {
    name,
    repetition_type: 'OPTIONAL',
    num_children: 1,
    converted_type: 'LIST',
    logical_type: { type: 'LIST' },
  },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'OPTIONAL', ...TEXT },
];

/** The columns, in order; Delta's protocol names them. */
export const CHECKPOINT_COLUMNS = ['protocol', 'metaData', 'add', 'remove'] as const;

export const CHECKPOINT_SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: CHECKPOINT_COLUMNS.length },
  ...struct('protocol', int('minReaderVersion'), int('minWriterVersion')),
  ...struct(
    'metaData',
    text('id'),
    text('name'),
    text('description'),
    struct('format', text('provider'), map('options')),
    text('schemaString'),
    list('partitionColumns'),
    map('configuration'),
    long('createdTime'),
  ),
  ...struct(
    'add',
    text('path'),
    map('partitionValues'),
    long('size'),
    long('modificationTime'),
    flag('dataChange'),
    text('stats'),
    map('tags'),
  ),
  ...struct('remove', text('path'), long('deletionTimestamp'), flag('dataChange')),
];

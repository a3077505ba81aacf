import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { HOSTILE_DIGESTS, HOSTILE_NUMBERS, HOSTILE_TEXTS } from './hostile.ts';

/** Where a random operation takes its choices from. */
export interface Choices {
  /** A whole number from 0 up to but without `below`. */
  below(below: number): number;
}

/** Things that exist, so that operations also get behind the first look. */
export interface KnownValues {
  ids: readonly string[];
  digests: readonly string[];
  cursors: readonly string[];
  texts: readonly string[];
}

export interface RandomOperation {
  kind: 'query' | 'mutation' | 'subscription';
  body: { query: string; variables: Record<string, unknown>; operationName?: string };
}

const DEEPEST = 4;

/** An operation that is mostly valid, with arguments that mostly are not: by the schema, so that a field which is new is asked, too. */
export function randomOperation(schema: GraphQLSchema, known: KnownValues, choices: Choices): RandomOperation {
  return new Builder(schema, known, choices).operation();
}

class Builder {
  readonly #schema: GraphQLSchema;
  readonly #known: KnownValues;
  readonly #choices: Choices;
  readonly #variables: { name: string; type: string; value: unknown }[] = [];
  readonly #fragments: string[] = [];

  constructor(schema: GraphQLSchema, known: KnownValues, choices: Choices) {
    this.#schema = schema;
    this.#known = known;
    this.#choices = choices;
  }

  operation(): RandomOperation {
    const roll = this.#choices.below(20);
    const kind = roll < 15 ? 'query' : roll < 19 ? 'mutation' : 'subscription';
    const root = {
      query: this.#schema.getQueryType()!,
      mutation: this.#schema.getMutationType()!,
      subscription: this.#schema.getSubscriptionType()!,
    }[kind];
    const selection = this.#selection(root, kind === 'query' ? 1 + this.#choices.below(3) : 1, 0);
    const declared = this.#variables.map(({ name, type }) => `$${name}: ${type}`).join(', ');
    const query = `${kind} Fuzz${declared ? `(${declared})` : ''} ${selection} ${this.#fragments.join(' ')}`;
    const variables = Object.fromEntries(this.#variables.map(({ name, value }) => [name, value]));
    const operationName = this.#oneIn(30) ? { operationName: this.#pick(HOSTILE_TEXTS) } : {};
    return { kind, body: { query, variables, ...operationName } };
  }

  #selection(type: GraphQLObjectType, fields: number, depth: number): string {
    const all = Object.values(type.getFields());
    const chosen = Array.from({ length: fields }, () => this.#field(this.#pick(all), depth));
    if (this.#oneIn(200)) chosen.push('noSuchField');
    const text = `{ ${chosen.join(' ')} }`;
    if (!this.#oneIn(12)) return text;
    if (this.#oneIn(2)) return `{ ... on ${type.name} ${text} }`;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name} ${text}`);
    return `{ ...${name} __typename }`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const alias = this.#oneIn(3) ? `a${this.#choices.below(1_000)}: ` : '';
    const given = field.args.filter((arg) => isNonNullType(arg.type) || !this.#oneIn(3));
    const args = given.map((arg) => `${arg.name}: ${this.#argument(arg.type, arg.name)}`).join(', ');
    const directive = this.#oneIn(25) ? ` @${this.#pick(['skip', 'include'])}(if: ${this.#pick(['true', 'false', '7'])})` : '';
    return `${alias}${field.name}${args ? `(${args})` : ''}${directive}${this.#below(field, depth)}`;
  }

  #below(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    if (isLeafType(type)) return this.#oneIn(300) ? ' { x }' : '';
    if (isAbstractType(type)) {
      const members = this.#schema.getPossibleTypes(type);
      const member = this.#pick(members);
      return ` { __typename ... on ${member.name} ${depth > DEEPEST ? '{ __typename }' : this.#selection(member, 1, depth + 1)} }`;
    }
    if (!isObjectType(type) || depth > DEEPEST) return ' { __typename }';
    // Straight to what a connection holds: half of the fields would be page info otherwise.
    if (type.name.endsWith('Connection') && !this.#oneIn(4)) {
      const node = getNamedType(type.getFields().edges!.type) as GraphQLObjectType;
      return ` { edges ${this.#selection(node, 2, depth + 1)} pageInfo { endCursor } }`;
    }
    return ` ${this.#selection(type, 1 + this.#choices.below(3), depth + 1)}`;
  }

  #argument(type: GraphQLInputType, name: string): string {
    const value = this.#oneIn(40) ? this.#anything() : this.#value(type, name);
    if (this.#oneIn(2) || !printable(value)) {
      const variable = `v${this.#variables.length}`;
      this.#variables.push({ name: variable, type: this.#oneIn(60) ? 'Int' : String(type), value });
      return `$${variable}`;
    }
    return literal(value, type);
  }

  #value(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, name);
    if (this.#oneIn(15)) return null;
    if (isListType(type)) return Array.from({ length: this.#choices.below(4) }, () => this.#value(type.ofType, name));
    if (isEnumType(type)) return this.#oneIn(20) ? 'NO_SUCH_VALUE' : this.#pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const all = Object.values(type.getFields());
      const given = all.filter((field) => isNonNullType(field.type) || this.#oneIn(2));
      const value = Object.fromEntries(given.map((field) => [field.name, this.#value(field.type, field.name)]));
      return type.isOneOf && !this.#oneIn(4) ? this.#one(value, type) : value;
    }
    return this.#scalar(type.name, name);
  }

  /** Of a type that takes exactly one of its fields. */
  #one(
    _value: object,
    type: GraphQLInputType & { getFields(): Record<string, { name: string; type: GraphQLInputType }> },
  ): unknown {
    const field = this.#pick(Object.values(type.getFields()));
    return { [field.name]: this.#value(field.type, field.name) };
  }

  #scalar(type: string, name: string): unknown {
    const { ids, digests, cursors, texts } = this.#known;
    const good = this.#oneIn(2);
    switch (type) {
      case 'Int':
      case 'Float':
        return good ? 1 + this.#choices.below(20) : this.#pick(HOSTILE_NUMBERS);
      case 'Boolean':
        return this.#oneIn(2);
      case 'Digest':
        return this.#pick(good ? digests : HOSTILE_DIGESTS);
      case 'ID':
        return this.#pick(good ? ids : HOSTILE_TEXTS);
      case 'EventCursor':
        return this.#pick(good ? ['0-0', '5-1', '99999999999999999999-1', '-', ...cursors] : HOSTILE_TEXTS);
      case 'DateTime':
        return this.#pick([
          '2026-01-01T00:00:00Z',
          '0000-00-00',
          '+275760-09-13T00:00:00.001Z',
          '-271821-04-20T00:00:00Z',
          ...HOSTILE_TEXTS,
        ]);
      case 'JSON':
        return this.#oneIn(2) ? {} : { [this.#pick(HOSTILE_TEXTS)]: this.#anything(), keep: this.#pick(HOSTILE_NUMBERS) };
      default:
        if (name === 'after' || name === 'before') return this.#pick(good ? cursors : HOSTILE_TEXTS);
        if (good) return this.#pick([...texts, ...digests.map((digest) => digest.slice(0, 10))]);
        return this.#pick(HOSTILE_TEXTS);
    }
  }

  #anything(): unknown {
    return this.#pick<unknown>([
      null,
      true,
      0,
      'x',
      [],
      {},
      [[[]]],
      { a: { b: [null] } },
      this.#pick(HOSTILE_TEXTS),
      this.#pick(HOSTILE_NUMBERS),
    ]);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#choices.below(list.length)]!;
  }

  #oneIn(count: number): boolean {
    return this.#choices.below(count) === 0;
  }
}

/** Whether a document may hold it: keys of an object that are no names can only come as a variable. */
function printable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(printable);
  return Object.entries(value).every(([key, inner]) => /^[_a-zA-Z]\w*$/.test(key) && printable(inner));
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (isEnumType(type) && typeof value === 'string' && /^[_a-zA-Z]\w*$/.test(value)) return value;
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, isListType(type) ? type.ofType : type)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = isInputObjectType(type) ? type.getFields() : {};
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${literal(inner, fields[key]?.type ?? type)}`)
      .join(', ')} }`;
  }
  return JSON.stringify(value) ?? 'null';
}

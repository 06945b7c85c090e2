# SPDX-License-Identifier: LGPL-2.1-or-later
"""documents.py SCHEMA DOCUMENT...: is each document, or each of its lines, valid by the schema?

Readers must take members that they don't know, so the schema lets them pass. Here it does not: what
balloonctl prints is described. And each member that is described must have been printed by a
document.
"""
import copy
import json
import sys

import jsonschema

DOCUMENTS_MIN = 40


def no_duplicates(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError('a member twice')
    return members


def read(path):
    """The values in the file: one document, or lines."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    try:
        return [json.loads(text, object_pairs_hook=no_duplicates)]
    except json.JSONDecodeError:
        return [json.loads(line, object_pairs_hook=no_duplicates) for line in text.splitlines()]


def close(schema):
    """Refuse members that are not described."""
    if isinstance(schema, dict):
        if 'properties' in schema and 'additionalProperties' not in schema:
            schema['additionalProperties'] = False
        for value in list(schema.values()):
            close(value)
    elif isinstance(schema, list):
        for value in schema:
            close(value)


def get_members(value):
    """The names of all members, at any depth."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from get_members(member)
    elif isinstance(value, list):
        for member in value:
            yield from get_members(member)


def get_described(schema):
    if isinstance(schema, dict):
        properties = schema.get('properties', {})
        if isinstance(properties, dict):
            yield from properties
        for value in schema.values():
            yield from get_described(value)


def spoil(document):
    """The document in ways that must not be valid."""
    for change in ({'schema': 'balloonctl/0'}, {'news': 1}, {'vms': None}):
        yield {**document, **change}
    for change in ({'freshness': 'rotten'}, {'age_seconds': '1'}, {'age_seconds': 1.5}, {'news': 1},
                   {'stats': {'stat-free-memory': -1}}, {'error': {}}, {'device': 5}):
        other = copy.deepcopy(document)
        other['vms'][0].update(change)
        yield other
    for member in ('address', 'name'):
        other = copy.deepcopy(document)
        del other['vms'][0][member]
        yield other


def main(schema_path, *paths):
    with open(schema_path, encoding='utf-8') as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    strict = copy.deepcopy(schema)
    close(strict['$defs'])
    validator = jsonschema.Draft202012Validator(strict)
    wrong, count, seen, whole = [], 0, set(), None
    for path in paths:
        for value in read(path):
            count += 1
            seen.update(get_members(value))
            if 'stats' in value.get('vms', [{}])[0]:
                whole = value
            error = jsonschema.exceptions.best_match(validator.iter_errors(value))
            if error is not None:
                wrong.append(f'{error.json_path}: {error.message}: {json.dumps(value)}')
    for member in sorted(set(get_described(schema['$defs'])) - seen):
        wrong.append(f'no play has printed the member {member}')
    if count < DOCUMENTS_MIN or whole is None:
        wrong.append(f'only {count} documents')
    else:
        wrong += [f'this should not be valid: {json.dumps(other)}'
                  for other in spoil(whole) if validator.is_valid(other)]
    for line in wrong:
        print('documents:', line)
    print(f'documents: {count}, {len(wrong)} failures')
    return len(wrong) > 0


sys.exit(main(*sys.argv[1:]))

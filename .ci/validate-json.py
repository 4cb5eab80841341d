#!/usr/bin/env python3
"""validate-json.py SCHEMA FILE...: every file must be a JSON document that the schema (2020-12) accepts."""

import json
import sys

import jsonschema


def main(schema_path, *paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for error in sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.absolute_path))):
            place = "/".join(map(str, error.absolute_path))
            print(f"{path}: {place}: {error.message}", file=sys.stderr)
            wrong += 1
    print(f"{len(paths)} documents, {wrong} errors")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

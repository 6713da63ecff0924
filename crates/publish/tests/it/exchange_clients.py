"""Loads a MISP event strictly with pymisp, and a STIX bundle with stix2 and the validator. Ends with 1 and why where one is refused."""

import json
import sys

from pymisp import MISPEvent, MISPObject
from stix2 import parse
from stix2validator import ValidationOptions, print_results, validate_file

misp, stix = sys.argv[1:3]

event = MISPEvent(strict_validation=True)
with open(misp) as file:
    event.load(file, validate=True)
for held in event.objects:
    # Built again from the template, strictly: an unknown name, relation or type fails, and so does a missing required field.
    again = MISPObject(held.name, strict=True)
    assert again.template_uuid == held.template_uuid, held.name
    assert int(again.template_version) == int(held.template_version), held.name
    for attribute in held.attributes:
        made = again.add_attribute(attribute.object_relation, value=attribute.value)
        assert made.type == attribute.type, (held.name, attribute.object_relation, made.type, attribute.type)
    again.to_json(strict=True)
print(f"pymisp: event with {len(event.attributes)} attributes and {len(event.objects)} objects")

with open(stix) as file:
    bundle = parse(json.load(file), allow_custom=True)
print(f"stix2: bundle with {len(bundle.objects)} objects")

# 103 wants a random UUID on an observable, where the standard wants one made from its value.
results = validate_file(stix, ValidationOptions(version="2.1", strict=True, disabled=["103"]))
print_results([results])
sys.exit(0 if results.is_valid else 1)

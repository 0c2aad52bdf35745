"""The directory in the Open Referral UK shape."""

from __future__ import annotations

import json

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from providers import directory, openreferral
from providers.api import ServiceViewSet
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def get(user, ref=None, **asked):
    request = APIRequestFactory().get("/api/services/", asked)
    if user:
        force_authenticate(request, user)
    view = ServiceViewSet.as_view({"get": "retrieve" if ref else "list"})
    response = view(request, **({"ref": ref} if ref else {}))
    return response


def test_signed_out_is_refused(service):
    assert get(None).status_code in (401, 403)


def test_a_page_has_the_standards_envelope(service, volunteer):
    page = get(volunteer).data

    assert [page[key] for key in ("total_items", "total_pages", "page_number", "size")] == [1, 1, 1, 1]
    assert [page[key] for key in ("first_page", "last_page", "empty")] == [True, True, False]
    assert page["contents"][0]["name"] == service.name


def test_a_page_is_counted_with_its_rows_and_one_beyond_the_last_is_not_there(
    make_service, officer, django_assert_num_queries
):
    for n in range(5):
        make_service(f"Service {n}")

    with django_assert_num_queries(2):
        page = get(officer, per_page=2, page=3).data
    assert [page[key] for key in ("total_items", "total_pages", "page_number", "size")] == [5, 3, 3, 1]
    assert [page[key] for key in ("first_page", "last_page")] == [False, True]
    assert get(officer, per_page=2, page=4).status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "talking"}, 1),
        ({"search": "zeppelin"}, 0),
        ({"search": "\x00'"}, 0),
        ({"minimum_age": "30"}, 0),
        ({"minimum_age": "22"}, 1),
        ({"taxonomy_term_id": openreferral.need_id("HEALTH")}, 1),
        ({"taxonomy_term_id": openreferral.need_id("DRUGS")}, 0),
    ],
)
def test_it_is_narrowed_as_the_standard_says(make_service, officer, asked, found):
    make_service(maximum_age=25)

    assert get(officer, **asked).data["total_items"] == found


@pytest.mark.parametrize(
    "asked",
    [{"minimum_age": "x"}, {"maximum_age": "-1"}, {"taxonomy_term_id": "x"}, {"per_page": "0"}, {"page": "two"}],
)
def test_what_does_not_fit_a_parameter_is_refused_by_its_name(officer, asked):
    answer = get(officer, **asked)

    assert answer.status_code == 400
    assert set(answer.data) == set(asked)


def test_a_parameter_that_there_is_none_of_is_refused_in_words(officer):
    answer = get(officer, postcode="PR1")

    assert answer.status_code == 400
    assert answer.data["detail"] == "There is no query parameter “postcode” here. Leave it out."


def test_a_suspended_provider_is_not_listed(service, officer, manager):
    directory.suspend(provider=service.provider, reason="A concern", by=manager, today=TODAY)

    assert get(officer).data["empty"] is True


def test_one_service_keeps_to_the_schema(make_service, officer, region, real_data):
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    folder = real_data / "oruk3" / "schemata"
    schemas = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    registry = Registry().with_resources(
        [(name, Resource.from_contents(schema | dialect)) for name, schema in schemas.items()]
    )
    service = make_service("Everything", region=region, minimum_age=18, wait_days=3, description="All of it.")

    data = json.loads(json.dumps(get(officer, ref=str(service.ref)).data))

    validator = Draft202012Validator(
        schemas["service.json"], registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    errors = [error.message for error in validator.iter_errors(data)]
    assert errors == []
    assert {"cost_options", "service_areas", "service_at_locations", "attributes", "organization"} <= data.keys()


@pytest.mark.parametrize("ref", ["00000000-0000-0000-0000-000000000000", "------------------------------------"])
def test_a_service_that_is_none_is_not_found(officer, ref):
    assert get(officer, ref=ref).status_code == 404

"""Looking for help: by words, misspelt words, need and place."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from django.urls import reverse

from providers import directory
from providers.models import UnmetNeed
from providers.search import Sought, find, region_near
from tests.conftest import TODAY


def names(**sought: object) -> list[str]:
    return [service.name for service in find(Sought(today=TODAY, **sought))]


def miles_between(here, there) -> float:
    """By the law of cosines on a sphere: another way than the code's own."""
    one, other = math.radians(here.latitude), math.radians(there.latitude)
    east = math.radians(there.longitude - here.longitude)
    return 3958.8 * math.acos(math.sin(one) * math.sin(other) + math.cos(one) * math.cos(other) * math.cos(east))


@pytest.mark.django_db
class TestWords:
    def test_words_in_the_name_come_before_words_in_the_description(self, make_service):
        make_service("Debt advice")
        make_service("Drop-in", description="Tea, and advice about debt and money.")
        make_service("Choir", needs=["RELATIONSHIPS"])

        assert names(words="debt advice") == ["Debt advice", "Drop-in"]

    def test_other_forms_of_a_word_are_found(self, make_service):
        make_service("Counselling for a young man")

        assert names(words="counselled man") == ["Counselling for a young man"]

    @pytest.mark.parametrize("words", ["acommodation", "accomodation suport", "ACCOMADATION"])
    def test_misspelt_words_are_found(self, make_service, words):
        make_service("Accommodation support", needs=["ACCOMMODATION"])

        assert names(words=words) == ["Accommodation support"]

    def test_the_start_of_a_word_is_found(self, make_service):
        make_service("Housing desk")

        assert names(words="hous") == ["Housing desk"]

    def test_the_name_of_the_provider_is_found(self, service):
        assert names(words="Northbridge") == [service.name]

    def test_spaces_around_words_are_nothing_and_no_words_leave_none_out(self, service):
        assert names(words="  ") == [service.name]

    def test_what_is_most_alike_comes_first_where_no_word_is_understood(self, make_service):
        make_service("A company for men", needs=["RELATIONSHIPS"])
        make_service("Accommodation", needs=["ACCOMMODATION"])
        make_service("Zen accomodaton", needs=["HEALTH"])

        assert names(words="accomodaton")[0] == "Zen accomodaton"
        assert names(words="acomodation") == ["Accommodation", "Zen accomodaton"]

    def test_words_that_are_nowhere_find_nothing(self, service):
        assert names(words="zeppelin") == []

    @pytest.mark.parametrize(
        "words",
        [
            "'",
            '"',
            "((",
            "& | !",
            ":*",
            "-",
            "%",
            "\\",
            "the",
            "a OR",
            "<script>",
            "{{7*7}}",
            "\u202e",
            "x" * 200,
            "' or 1=1 --",
        ],
    )
    def test_nasty_words_are_only_words(self, service, words):
        names(words=words)


@pytest.mark.django_db
class TestPlace:
    def test_nearest_first_and_about_how_far(self, make_service, outcodes):
        make_service("Far", outcode=outcodes["LA1"])
        make_service("Near", outcode=outcodes["PR1"])
        make_service("Too far", outcode=outcodes["TR1"])

        found = list(find(Sought(today=TODAY, outcode=outcodes["PR1"], within=50)))

        assert [(service.name, service.miles_words) for service in found] == [
            ("Near", "Less than 2 miles"),
            ("Far", "About 20 miles"),
        ]

    @pytest.mark.parametrize("code", ["LA1", "TR1"])
    def test_the_miles_are_those_along_the_earth(self, make_service, outcodes, code):
        make_service("There", outcode=outcodes[code])

        found = find(Sought(today=TODAY, outcode=outcodes["PR1"])).get()

        assert found.miles == pytest.approx(miles_between(outcodes["PR1"], outcodes[code]), rel=1e-6)

    def test_exactly_so_many_miles_away_is_within_them(self, make_service, outcodes):
        miles = find(Sought(today=TODAY, outcode=outcodes["PR1"])).filter(
            pk=make_service("Far", outcode=outcodes["LA1"]).pk
        )
        exactly = miles.get().miles

        assert names(outcode=outcodes["PR1"], within=exactly) == ["Far"]
        assert names(outcode=outcodes["PR1"], within=exactly - 0.001) == []

    def test_services_without_a_place_come_after_those_that_have_one(self, make_service, outcodes):
        make_service("Anywhere", outcode=None)
        make_service("Zumba", outcode=outcodes["LA1"])

        assert names(outcode=outcodes["PR1"], within=50) == ["Zumba", "Anywhere"]

    def test_at_the_same_distance_they_are_in_order_of_their_names(self, make_service):
        for name in ("Choir", "Allotment", "Boxing"):
            make_service(name)

        assert names() == ["Allotment", "Boxing", "Choir"]

    def test_where_no_place_is_named_those_of_every_region_are_found(self, make_service, region):
        make_service("In the region", outcode=None, region=region)

        assert names() == ["In the region"]

    def test_by_region_alone_those_in_it_and_those_everywhere_are_found(self, make_service, region):
        elsewhere = type(region).objects.create(code="Z", name="Elsewhere")
        make_service("In the region", outcode=None, region=region)
        make_service("Everywhere", outcode=None)
        make_service("In another region", outcode=None, region=elsewhere)

        assert names(region=region) == ["Everywhere", "In the region"]

    def test_by_place_alone_a_service_without_one_may_be_in_any_region(self, make_service, outcodes, region):
        make_service("In the region", outcode=None, region=region)
        make_service("Too far", outcode=outcodes["TR1"])

        assert names(outcode=outcodes["PR1"], within=10) == ["In the region"]

    def test_any_distance_leaves_none_out(self, make_service, outcodes):
        make_service("Too far", outcode=outcodes["TR1"])

        assert names(outcode=outcodes["PR1"]) == ["Too far"]

    def test_a_service_that_covers_the_region_is_found_without_an_address(self, make_service, outcodes, region):
        make_service("In the region", outcode=None, region=region)
        make_service("Everywhere", outcode=None)
        elsewhere = type(region).objects.create(code="Z", name="Elsewhere")
        make_service("In another region", outcode=None, region=elsewhere)

        found = find(Sought(today=TODAY, outcode=outcodes["PR1"], within=10, region=region))

        assert [(service.name, service.miles_words) for service in found] == [("Everywhere", ""), ("In the region", "")]

    def test_the_region_of_a_place_is_that_of_the_nearest_office(self, outcodes, region):
        from people.models import Office

        elsewhere = type(region).objects.create(code="Z", name="Elsewhere")
        Office.objects.create(code="1", name="Preston", address="", outcode="PR1", region=region)
        Office.objects.create(code="2", name="Truro", address="", outcode="TR1", region=elsewhere)

        assert region_near(outcodes["LA1"]) == region

    def test_an_office_with_no_place_of_its_own_is_not_the_nearest(self, outcodes, region):
        from people.models import Office

        assert region_near(outcodes["PR1"]) is None
        Office.objects.create(code="0", name="By post", address="", outcode="", region=region)

        assert region_near(outcodes["PR1"]) is None

    def test_of_two_offices_as_near_the_first_by_its_outcode_counts(self, outcodes, region):
        from people.models import Office, Outcode

        other = type(region).objects.create(code="Z", name="Elsewhere")
        for code in ("PR9", "PR2"):
            Outcode.objects.update_or_create(
                code=code, defaults={"latitude": 53.7, "longitude": -2.7, "town": "Preston"}
            )
        Office.objects.create(code="1", name="Last", address="", outcode="PR9", region=other)
        Office.objects.create(code="2", name="First", address="", outcode="PR2", region=region)

        assert region_near(outcodes["PR1"]) == region


@pytest.mark.django_db
class TestFit:
    def test_by_need(self, make_service):
        make_service("Both", needs=["DRUGS", "ALCOHOL"])
        make_service("One", needs=["HEALTH"])

        assert names(need="ALCOHOL") == ["Both"]

    def test_by_age_and_sex_and_price(self, make_service):
        make_service("Young men", maximum_age=25, allows_female=False)
        make_service("Women", allows_male=False, charge="FREE", price=None, price_unit="")

        assert names(age=30) == ["Women"]
        assert names(who="MEN") == ["Young men"]
        assert names(no_price=True) == ["Women"]

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": "INACTIVE"},
            {"status": "TEMPORARILY_CLOSED"},
            {"opens_on": TODAY + timedelta(days=1)},
            {"closes_on": TODAY - timedelta(days=1)},
        ],
    )
    def test_what_cannot_be_had_now_is_not_found(self, make_service, fields):
        make_service(**fields)

        assert names() == []

    def test_the_last_day_counts(self, make_service):
        make_service("Ends today", closes_on=TODAY, opens_on=TODAY)

        assert names() == ["Ends today"]

    def test_a_suspended_provider_is_not_found(self, service, manager):
        directory.suspend(provider=service.provider, reason="A safeguarding concern", by=manager, today=TODAY)

        assert names() == []


@pytest.mark.django_db
class TestPage:
    URL = "/services/"

    def test_for_a_person_the_form_starts_from_their_place_and_age(self, client_as, officer, participant, service):
        response = client_as(officer).get(self.URL, {"person": str(participant.ref)})

        form = response.context["form"]
        assert (form.cleaned_data["outcode"].code, form.cleaned_data["age"]) == ("PR1", 22)
        assert f"/services/{service.pk}/?person={participant.ref}" in response.text

    def test_a_person_one_may_not_see_is_not_found(self, client_as, officer, other_participant):
        assert client_as(officer).get(self.URL, {"person": str(other_participant.ref)}).status_code == 404

    @pytest.mark.parametrize(
        "asked",
        [
            {"q": "\ud800".encode("utf-8", "surrogatepass")}, {"q": "x" * 1_000_000}, {"outcode": "ZZ99"},
            {"outcode": "' or 1"},
            {"age": "-1"}, {"age": "1e400"}, {"within": "99"}, {"need": "LOVE"}, {"region": "x"}, {"region": "9" * 30},
            {"page": "-3"}, {"page": "x"}, {"person": "x"}, {"who": "CATS"},
        ],
    )  # fmt: skip
    def test_bad_input_is_answered_with_a_page(self, client_as, officer, service, asked):
        assert client_as(officer).get(self.URL, asked).status_code == 200

    def test_a_page_holds_twenty_five_services(self, client_as, officer, make_service):
        for number in range(26):
            make_service(f"Service {number:02d}")
        client = client_as(officer)

        first, second = (client.get(self.URL, {"page": page}).text for page in (1, 2))

        assert [name in first for name in ("Service 00", "Service 24", "Service 25")] == [True, True, False]
        assert "Service 25" in second

    def test_a_commissioner_is_not_offered_to_tell_the_commissioner(self, client_as, commissioner):
        assert "Tell the commissioner" not in client_as(commissioner).get(self.URL, {"q": "bagpipes"}).text

    def test_nothing_found_can_be_told_to_the_commissioner_once(
        self, client_as, officer, manager, commissioner, outcodes
    ):
        client = client_as(officer)
        assert "Tell the commissioner nothing was found" in client.get(self.URL, {"q": "bagpipes"}).text
        asked = {
            "q": "bagpipes",
            "need": "",
            "outcode": "PR1",
            "region": "",
            "found": "0",
            "note": "Lessons in Preston",
        }

        for _ in range(2):
            response = client.post(reverse("providers:unmet-need"), asked)

        assert response.status_code == 302
        assert UnmetNeed.objects.get().words == "bagpipes"
        assert "Lessons in Preston" in client_as(manager).get(reverse("providers:unmet-list")).text
        seen = client_as(commissioner).get(reverse("providers:unmet-list")).text
        assert "By need" in seen
        assert not any(words in seen for words in ("Lessons in Preston", "One by one"))

    def test_an_unmet_need_that_says_nothing_is_asked_again(self, client_as, officer):
        response = client_as(officer).post(reverse("providers:unmet-need"), {"q": "", "note": ""})

        assert "Say what you were looking for." in response.text
        assert not UnmetNeed.objects.exists()

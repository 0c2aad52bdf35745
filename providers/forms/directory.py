"""Forms that add to the directory and change it."""

from __future__ import annotations

from typing import Any

from common.forms import (
    AnyRows,
    ChecksField,
    ChoiceField,
    EmailField,
    Form,
    LongTextField,
    ModelSelectField,
    PhoneField,
    PoundsField,
    SelectField,
    TextField,
    UploadField,
    WholeField,
)  # fmt: skip
from lifeplans.needs import Need
from people.models import Region
from providers.forms.fields import OutcodeField
from providers.imports import Format
from providers.models import Charge, PriceUnit, Provider, Service

FOR = [("BOTH", "Men and women"), ("MEN", "Men"), ("WOMEN", "Women")]


class ProviderForm(Form):
    changes_what_is_there = True
    name = TextField(label="Name", called="the provider's name", help_text="An organisation, or one person.")
    sector = SelectField(label="Kind", choices=Provider.Sector.choices, empty_label=None)
    size = SelectField(label="Size", choices=Provider.Size.choices, empty_label=None)
    email = EmailField(label="E-mail", required=False, help_text="Referrals are sent here.")
    phone = PhoneField(label="Phone", required=False)
    website = TextField(label="Web address", max_length=300, required=False)
    about = LongTextField(label="About them", rows=3, required=False)

    def clean_website(self) -> str:
        website: str = self.cleaned_data["website"]
        if website and not website.startswith(("https://", "http://")):
            website = f"https://{website}"
        return website


class ServiceForm(Form):
    """What a provider offers."""

    name = TextField(label="What is it called?", called="a name for the service")
    description = LongTextField(label="What do they do?", rows=4, required=False)
    needs = ChecksField(label="What does it help with?", choices=Need.choices, called="what it helps with")
    charge = ChoiceField(label="Who pays?", choices=Charge.choices)
    price = PoundsField(label="Price", required=False)
    price_unit = SelectField(label="For", choices=PriceUnit.choices, required=False)
    wait_days = WholeField(label="How many days is the wait?", max_value=1000, required=False)
    outcode = OutcodeField(label="Postcode", required=False, help_text="The first half is enough, like PR1.")
    region = ModelSelectField(Region, label="Region it covers", empty_label="Anywhere", required=False)
    who = SelectField(label="Who is it for?", choices=FOR, empty_label=None)
    minimum_age = WholeField(label="Youngest age", max_value=120, required=False)
    maximum_age = WholeField(label="Oldest age", max_value=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("region", AnyRows).queryset = Region.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("charge") == Charge.PRICED:
            self._check_price(said)
        youngest, oldest = said.get("minimum_age"), said.get("maximum_age")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("maximum_age", "The oldest age must not be under the youngest.")
        return said

    def _check_price(self, said: dict[str, Any]) -> None:
        if not said.get("price") and "price" not in self.errors:
            self.add_error("price", "Enter the price, or choose another answer to “Who pays?”.")
        if not said.get("price_unit"):
            self.add_error("price_unit", "Choose what the price is for.")

    @property
    def service_fields(self) -> dict[str, Any]:
        """The answers as the service takes them."""
        said = self.cleaned_data
        priced = said["charge"] == Charge.PRICED
        kept = (
            "name",
            "description",
            "needs",
            "charge",
            "wait_days",
            "outcode",
            "region",
            "minimum_age",
            "maximum_age",
        )
        return {
            **{name: said[name] for name in kept},
            "price": said["price"] if priced else None,
            "price_unit": said["price_unit"] if priced else "",
            "allows_male": said["who"] != "WOMEN",
            "allows_female": said["who"] != "MEN",
        }


class NewServiceForm(ServiceForm):
    """A new service with its provider, in one go: enough to send someone there today."""

    provider_name = TextField(label="Who are they?", called="who they are", help_text="An organisation, or one person.")
    sector = SelectField(label="Kind", choices=Provider.Sector.choices, empty_label=None, initial="UNKNOWN")
    size = SelectField(label="Size", choices=Provider.Size.choices, empty_label=None, initial="MICRO")
    email = EmailField(label="E-mail", required=False, help_text="Referrals are sent here.")
    phone = PhoneField(label="Phone", required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not (said.get("email") or said.get("phone")) and not {"email", "phone"} & self.errors.keys():
            self.add_error("email", "Enter an e-mail address or a phone number, so that they can be reached.")
        return said

    @property
    def provider_fields(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"name": said["provider_name"], **{name: said[name] for name in ("sector", "size", "email", "phone")}}


class ChangeServiceForm(ServiceForm):
    changes_what_is_there = True
    status = SelectField(label="State", choices=Service.Status.choices, empty_label=None)
    email = EmailField(label="E-mail for referrals", required=False, help_text="Leave empty to use the provider's.")
    phone = PhoneField(label="Phone", required=False)

    @property
    def service_fields(self) -> dict[str, Any]:
        return {**super().service_fields, **{name: self.cleaned_data[name] for name in ("status", "email", "phone")}}

    @staticmethod
    def initial_for(service: Service) -> dict[str, Any]:
        names = [name for name in ChangeServiceForm.base_fields if name != "who"]
        who = "BOTH" if service.allows_male and service.allows_female else "MEN" if service.allows_male else "WOMEN"
        return {**{name: getattr(service, name) for name in names}, "who": who}


class SuspendForm(Form):
    reason = LongTextField(
        label="Why are they suspended?", max_length=1000, rows=3, help_text="Kept in the history. Staff can read it."
    )
    referrals = ChoiceField(
        label="What becomes of the referrals that are open?", called="what becomes of the open referrals",
        choices=[
            ("TAKE_BACK", "Take them all back. They and each practitioner are told"),
            ("WAIT", "Let them wait. Nobody there can read them, and each practitioner decides from their home list"),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, open_referrals: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["referrals"].help_text = "1 is open" if open_referrals == 1 else f"{open_referrals} are open"
        if not open_referrals:
            del self.fields["referrals"]


class ImportForm(Form):
    kind = ChoiceField(label="What kind of file is it?", choices=Format.choices)
    file = UploadField(label="File", kinds=["json"], most_mb=10, called="the file")

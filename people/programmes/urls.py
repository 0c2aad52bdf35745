"""Addresses of this room: programmes, who is on them, and the schemes that run them."""

from django.urls import path

from people.programmes.views import enrolments, programmes, schemes

PERSON = "people/<uuid:ref>/"
urlpatterns = [
    path(f"{PERSON}programmes/new/", enrolments.enrolment_new, name="enrolment-new"),
    path(f"{PERSON}programmes/<int:pk>/override/", enrolments.enrolment_override, name="enrolment-override"),
    path(f"{PERSON}programmes/<int:pk>/again/", enrolments.enrolment_again, name="enrolment-again"),
    path(f"{PERSON}programmes/<int:pk>/tier/", enrolments.tier_new, name="tier-new"),
    path(f"{PERSON}tiers/<int:pk>/", enrolments.tier_answer, name="tier-answer"),
    path(f"{PERSON}tiers/<int:pk>/agree/", enrolments.tier_agree, name="tier-agree"),
    path(f"{PERSON}programmes/<int:pk>/end/", enrolments.enrolment_end, name="enrolment-end"),
    path("programmes/", programmes.programme_list, name="programme-list"),
    path("programmes/new/", programmes.programme_new, name="programme-new"),
    path("programmes/<int:pk>/", programmes.programme_detail, name="programme-detail"),
    path("programmes/<int:pk>/rules/", programmes.programme_rule, name="programme-rule"),
    path("programmes/<int:pk>/scheme/", programmes.programme_scheme, name="programme-scheme"),
    path("programmes/<int:pk>/share/", programmes.programme_share, name="programme-share"),
    path("scheme/", schemes.scheme_people, name="scheme-people"),
]

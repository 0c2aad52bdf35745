"""Addresses of this floor."""

from django.urls import path

from people.views import circle, details, enrolments, filters, imports, outbox, people, portal, programmes

app_name = "people"
PERSON = "people/<uuid:ref>/"
urlpatterns = [
    path("people/", people.participant_list, name="participant-list"),
    path("people/export.csv", people.participant_export, name="participant-export"),
    path("people/lists/save/", filters.filter_save, name="filter-save"),
    path("people/lists/<int:pk>/remove/", filters.filter_remove, name="filter-remove"),
    path(f"{PERSON}details/", details.person_details, name="person-details"),
    path(f"{PERSON}details/contact/", details.contact_change, name="contact-change"),
    path(f"{PERSON}details/hand-over/", details.hand_over, name="hand-over"),
    path(f"{PERSON}details/release/", details.release_record, name="release-record"),
    path(f"{PERSON}details/portal/", details.portal_open, name="portal-open"),
    path(f"{PERSON}programmes/new/", enrolments.enrolment_new, name="enrolment-new"),
    path(f"{PERSON}programmes/<int:pk>/override/", enrolments.enrolment_override, name="enrolment-override"),
    path(f"{PERSON}programmes/<int:pk>/end/", enrolments.enrolment_end, name="enrolment-end"),
    path(f"{PERSON}circle/", circle.person_circle, name="person-circle"),
    path(f"{PERSON}circle/add/", circle.circle_add, name="circle-add"),
    path(f"{PERSON}circle/<int:pk>/end/", circle.circle_end, name="circle-end"),
    path("programmes/", programmes.programme_list, name="programme-list"),
    path("programmes/new/", programmes.programme_new, name="programme-new"),
    path("programmes/<int:pk>/", programmes.programme_detail, name="programme-detail"),
    path("import/", imports.import_page, name="import"),
    path("import/template.csv", imports.import_template, name="import-template"),
    path("import/<int:pk>/", imports.import_preview, name="import-preview"),
    path("import/<int:pk>/problems.csv", imports.import_problems, name="import-problems"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/retry/", outbox.outbox_retry, name="outbox-retry"),
    path("me/circle/", portal.my_circle, name="my-circle"),
    path("me/who-looked/", portal.my_looks, name="my-looks"),
]
